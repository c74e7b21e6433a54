#include "sandbox/store.hpp"

#include <sys/stat.h>

#include <system_error>

#include "core/model/diagnostics.hpp"

namespace dfx::sandbox {
namespace {

constexpr const char* k_schema =
    "CREATE TABLE IF NOT EXISTS objects (origin TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,"
    " body TEXT NOT NULL, PRIMARY KEY (origin, kind, name)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS operations (id TEXT PRIMARY KEY, origin TEXT NOT NULL, due INTEGER NOT NULL,"
    " finished INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE INDEX IF NOT EXISTS operations_due ON operations (finished, due);"
    "CREATE TABLE IF NOT EXISTS events (id INTEGER PRIMARY KEY AUTOINCREMENT, origin TEXT NOT NULL,"
    " type TEXT NOT NULL, body TEXT NOT NULL);";

constexpr sqlite::Damage k_damage{"sandbox.damaged", "the simulated world is damaged", "`dfx sandbox reset` makes an empty one in its place"};
constexpr int k_kept_events = 1000;

void make_private_folder(const std::filesystem::path& dir) {
  std::error_code error;
  std::filesystem::create_directories(dir, error);
  if (!error && ::chmod(dir.c_str(), 0700) == 0) return;
  throw Error("sandbox.unusable-folder", "the sandbox folder cannot be used", dir.string(),
              "check that you may write there");
}

StoredOperation operation_of(const sqlite::Statement& row) {
  return {row.text(0), row.text(1), row.number(2), row.number(3) != 0, Json::parse(row.text(4))};
}

}  // namespace

Store::Store(const std::filesystem::path& dir) : x_dir(dir) {
  make_private_folder(dir);
  x_database = std::make_unique<sqlite::Database>((dir / "world.db").string(), sqlite::Mode::read_write, k_damage);
  x_database->execute("PRAGMA journal_mode=WAL");
  x_database->execute("PRAGMA synchronous=OFF");
  x_database->execute(k_schema);
}

Store::~Store() = default;

Store::Session::Session(Store& store, Access access) : x_store(store), x_lock(store.x_mutex), x_access(access) {
  x_store.x_database->execute(access == Access::write ? "BEGIN IMMEDIATE" : "BEGIN");
}

Store::Session::~Session() {
  if (!x_open) return;
  try {
    x_store.x_database->execute("ROLLBACK");
  } catch (const Error&) {
    // SQLite has rolled back by itself: that is why there is nothing left to roll back.
  }
}

void Store::Session::commit() {
  x_store.x_database->execute("COMMIT");
  x_open = false;
}

sqlite::Statement& Store::Session::prepared(const char* sql) {
  auto& statement = x_store.x_statements[sql];
  if (!statement) statement = std::make_unique<sqlite::Statement>(*x_store.x_database, sql);
  statement->reset();
  return *statement;
}

std::optional<Json> Store::Session::get(const std::string& origin, const std::string& kind,
                                        const std::string& name) {
  auto& row = prepared("SELECT body FROM objects WHERE origin=?1 AND kind=?2 AND name=?3");
  row.bind(1, origin).bind(2, kind).bind(3, name);
  std::optional<Json> found;
  if (row.step()) found = Json::parse(row.text(0));
  row.reset();
  return found;
}

void Store::Session::put(const std::string& origin, const std::string& kind, const std::string& name,
                         const Json& value) {
  const std::string text = canonical(value);
  auto& row = prepared("INSERT OR REPLACE INTO objects (origin, kind, name, body) VALUES (?1, ?2, ?3, ?4)");
  row.bind(1, origin).bind(2, kind).bind(3, name).bind(4, text).run();
}

void Store::Session::erase(const std::string& origin, const std::string& kind, const std::string& name) {
  auto& row = prepared("DELETE FROM objects WHERE origin=?1 AND kind=?2 AND name=?3");
  row.bind(1, origin).bind(2, kind).bind(3, name).run();
}

std::vector<std::pair<std::string, Json>> Store::Session::list(const std::string& origin, const std::string& kind) {
  auto& row = prepared("SELECT name, body FROM objects WHERE origin=?1 AND kind=?2 ORDER BY name");
  row.bind(1, origin).bind(2, kind);
  std::vector<std::pair<std::string, Json>> found;
  while (row.step()) found.emplace_back(row.text(0), Json::parse(row.text(1)));
  row.reset();
  return found;
}

void Store::Session::erase_all(const std::string& origin, const std::string& kind) {
  prepared("DELETE FROM objects WHERE origin=?1 AND kind=?2").bind(1, origin).bind(2, kind).run();
}

std::optional<StoredOperation> Store::Session::operation(const std::string& id) {
  auto& row = prepared("SELECT id, origin, due, finished, body FROM operations WHERE id=?1");
  row.bind(1, id);
  std::optional<StoredOperation> found;
  if (row.step()) found = operation_of(row);
  row.reset();
  return found;
}

std::vector<StoredOperation> Store::Session::operations(const std::string& origin) {
  auto& row = prepared("SELECT id, origin, due, finished, body FROM operations WHERE origin=?1 ORDER BY due");
  row.bind(1, origin);
  std::vector<StoredOperation> found;
  while (row.step()) found.push_back(operation_of(row));
  row.reset();
  return found;
}

void Store::Session::save(const StoredOperation& operation) {
  const std::string text = canonical(operation.body);
  auto& row = prepared("INSERT OR REPLACE INTO operations (id, origin, due, finished, body) VALUES (?1, ?2, ?3, ?4, ?5)");
  row.bind(1, operation.id).bind(2, operation.origin).bind(3, operation.due);
  row.bind(4, std::int64_t{operation.finished}).bind(5, text).run();
}

std::optional<StoredOperation> Store::Session::first_due(Micros now) {
  auto& row = prepared(
      "SELECT id, origin, due, finished, body FROM operations WHERE finished=0 AND due<=?1 ORDER BY due, id LIMIT 1");
  row.bind(1, now);
  std::optional<StoredOperation> found;
  if (row.step()) found = operation_of(row);
  row.reset();
  return found;
}

bool Store::Session::anything_due(Micros now) {
  auto& row = prepared("SELECT 1 FROM operations WHERE finished=0 AND due<=?1 LIMIT 1");
  row.bind(1, now);
  const bool found = row.step();
  row.reset();
  return found;
}

std::optional<Micros> Store::Session::next_due() {
  auto& row = prepared("SELECT due FROM operations WHERE finished=0 AND due<?1 ORDER BY due LIMIT 1");
  row.bind(1, INT64_MAX);
  std::optional<Micros> due;
  if (row.step()) due = row.number(0);
  row.reset();
  return due;
}

void Store::Session::forget_finished_before(Micros time) {
  prepared("DELETE FROM operations WHERE finished=1 AND due<?1").bind(1, time).run();
}

void Store::Session::add_event(const std::string& origin, const std::string& type, const Json& body) {
  const std::string text = canonical(body);
  prepared("INSERT INTO events (origin, type, body) VALUES (?1, ?2, ?3)")
      .bind(1, origin).bind(2, type).bind(3, text).run();
  prepared("DELETE FROM events WHERE id <= (SELECT MAX(id) FROM events) - ?1")
      .bind(1, std::int64_t{k_kept_events}).run();
}

std::vector<StoredEvent> Store::Session::events_after(const std::string& origin, std::int64_t id) {
  auto& row = prepared("SELECT id, origin, type, body FROM events WHERE id>?1 AND origin=?2 ORDER BY id");
  row.bind(1, id).bind(2, origin);
  std::vector<StoredEvent> found;
  while (row.step()) found.push_back({row.number(0), row.text(1), row.text(2), Json::parse(row.text(3))});
  row.reset();
  return found;
}

std::int64_t Store::Session::last_event() {
  auto& row = prepared("SELECT IFNULL(MAX(id), 0) FROM events");
  row.step();
  const std::int64_t id = row.number(0);
  row.reset();
  return id;
}

void Store::Session::erase_world(const std::string& keep) {
  prepared("DELETE FROM objects WHERE kind<>?1").bind(1, keep).run();
  prepared("DELETE FROM operations").run();
  prepared("DELETE FROM events").run();
}

}  // namespace dfx::sandbox
