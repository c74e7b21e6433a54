#include "core/util/sqlite.hpp"

#include <sqlite3.h>

#include "core/model/diagnostics.hpp"

namespace dfx::sqlite {
namespace {

constexpr int k_busy_ms = 5000;

std::string frozen_name(const std::string& path) {
  std::string out = "file:";
  for (char c : path) out += c == '?' ? "%3f" : c == '#' ? "%23" : c == '%' ? "%25" : std::string(1, c);
  return out + "?immutable=1";
}

}  // namespace

Database::Database(const std::string& path, Mode mode, Damage damage) : x_path(path), x_damage(damage) {
  const int flags = mode == Mode::read_write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
  const int uri = mode == Mode::frozen ? SQLITE_OPEN_URI : 0;
  const std::string name = mode == Mode::frozen ? frozen_name(path) : path;
  const int code = sqlite3_open_v2(name.c_str(), &x_handle, flags | uri | SQLITE_OPEN_NOMUTEX, nullptr);
  if (code != SQLITE_OK) {
    const std::string why = x_handle != nullptr ? sqlite3_errmsg(x_handle) : sqlite3_errstr(code);
    sqlite3_close(x_handle);
    throw Error("state.unreadable", "the state file cannot be opened", path + ": " + why,
                "check that the folder exists and that you may write there");
  }
  sqlite3_busy_timeout(x_handle, k_busy_ms);
}

Database::~Database() { sqlite3_close(x_handle); }

void Database::execute(const char* sql) {
  const int code = sqlite3_exec(x_handle, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

void Database::fail(int code) const {
  const std::string detail = x_path + ": " + sqlite3_errmsg(x_handle);
  switch (code & 0xff) {
    case SQLITE_FULL:
      throw Error("state.full", "no space left for the state", detail, "free some space and run the same command again");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      throw Error("state.busy", "another process keeps the state locked", detail, "wait for it, then run this again");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      throw Error(x_damage.code, x_damage.summary, detail, x_damage.help);
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
      throw Error("state.read-only", "the state cannot be written", detail, "check the owner and mode of the file");
    default:
      throw Error("state.failed", "the state store failed", detail);
  }
}

Statement::Statement(Database& database, const char* sql) : x_database(database) {
  const int code = sqlite3_prepare_v3(database.handle(), sql, -1, SQLITE_PREPARE_PERSISTENT, &x_statement, nullptr);
  if (code != SQLITE_OK) database.fail(code);
}

Statement::~Statement() { sqlite3_finalize(x_statement); }

Statement& Statement::bind(int at, std::string_view text) {
  sqlite3_bind_text64(x_statement, at, text.data() == nullptr ? "" : text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
  return *this;
}

Statement& Statement::bind(int at, std::int64_t number) {
  sqlite3_bind_int64(x_statement, at, number);
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(x_statement);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  sqlite3_reset(x_statement);
  x_database.fail(code);
}

void Statement::run() {
  step();
  reset();
}

void Statement::reset() { sqlite3_reset(x_statement); }

std::string Statement::text(int column) const {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(x_statement, column));
  if (data == nullptr) return {};
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(x_statement, column))};
}

std::int64_t Statement::number(int column) const { return sqlite3_column_int64(x_statement, column); }

Transaction::~Transaction() {
  // Nothing to report from here: the failure that led here is already on its way up.
  if (x_open) sqlite3_exec(x_database.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() {
  x_database.execute("COMMIT");
  x_open = false;
}

}  // namespace dfx::sqlite
