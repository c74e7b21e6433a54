#include "core/state/sqlite_store.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <mutex>

#include "core/model/diagnostics.hpp"
#include "core/state/edges.hpp"
#include "core/util/files.hpp"
#include "core/util/hex.hpp"
#include "core/util/sqlite.hpp"

namespace dfx {
namespace {

constexpr int k_application_id = 0x64667831;  // "dfx1"
constexpr std::int64_t k_format = 1;

constexpr const char* k_schema = R"sql(
CREATE TABLE facts(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE resources(
  address TEXT PRIMARY KEY, component TEXT NOT NULL, kind TEXT NOT NULL, plugin TEXT NOT NULL,
  plugin_version TEXT NOT NULL, schema_version INTEGER NOT NULL, generation INTEGER NOT NULL, identity TEXT NOT NULL,
  desired TEXT NOT NULL, applied TEXT NOT NULL, outputs TEXT NOT NULL, connection TEXT NOT NULL, edges TEXT NOT NULL,
  protect INTEGER NOT NULL, on_delete TEXT NOT NULL, status TEXT NOT NULL, operation TEXT NOT NULL,
  checkpoint TEXT NOT NULL);
CREATE TABLE runs(id INTEGER PRIMARY KEY, command TEXT NOT NULL, started INTEGER NOT NULL,
  finished INTEGER NOT NULL DEFAULT 0, result TEXT NOT NULL DEFAULT '');
CREATE TABLE journal(sequence INTEGER PRIMARY KEY, operation TEXT NOT NULL, run INTEGER NOT NULL, address TEXT NOT NULL,
  action TEXT NOT NULL, started INTEGER NOT NULL, finished INTEGER NOT NULL DEFAULT 0,
  result TEXT NOT NULL DEFAULT '', message TEXT NOT NULL DEFAULT '');
CREATE INDEX journal_operation ON journal(operation);
CREATE TABLE secrets(handle TEXT PRIMARY KEY, sealed TEXT NOT NULL) WITHOUT ROWID;
)sql";

constexpr const char* k_columns =
    "address, component, kind, plugin, plugin_version, schema_version, generation, identity, desired, applied, outputs, "
    "connection, edges, protect, on_delete, status, operation, checkpoint";

std::int64_t now_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

[[noreturn]] void cannot_open(const std::filesystem::path& file, const std::string& why) {
  throw Error("state.unreadable", "the state file cannot be opened", file.string() + ": " + why,
              "check that the folder exists and that you may write there");
}

// SQLite makes its files with the umask: the file must exist, and be private, before SQLite sees it.
void create_private(const std::filesystem::path& file) {
  std::error_code ignored;  // opening says what is wrong
  std::filesystem::create_directories(file.parent_path(), ignored);
  const int fd = open(file.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0) cannot_open(file, std::strerror(errno));
  fchmod(fd, 0600);
  close(fd);
}

class SqliteStore final : public Store {
 public:
  SqliteStore(const std::filesystem::path& file, sqlite::Mode mode) : x_db(file.string(), mode) {
    if (mode == sqlite::Mode::read_write) {
      x_db.execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON");
      create_schema();
    }
    check_format(file);
  }

  std::string stack_id() override {
    const auto id = fact("stack_id");
    if (!id) throw Error("state.corrupt", "the state file is damaged", "it holds no stack id");
    return *id;
  }

  std::vector<Record> load() override {
    const std::lock_guard lock(x_mutex);
    std::vector<Record> out;
    sqlite::Statement select(x_db, query("").c_str());
    while (select.step()) out.push_back(row(select));
    return out;
  }

  std::vector<std::pair<std::string, std::string>> connections() override {
    const std::lock_guard lock(x_mutex);
    sqlite::Statement select(x_db, "SELECT DISTINCT plugin, connection FROM resources WHERE connection != ''");
    std::vector<std::pair<std::string, std::string>> out;
    while (select.step()) out.emplace_back(select.text(0), select.text(1));
    return out;
  }

  std::optional<Record> find(const std::string& address) override {
    const std::lock_guard lock(x_mutex);
    sqlite::Statement select(x_db, query(" WHERE address = ?1").c_str());
    select.bind(1, address);
    if (!select.step()) return std::nullopt;
    return row(select);
  }

  void commit(std::span<const Change> changes) override {
    if (changes.empty()) return;
    const std::lock_guard lock(x_mutex);
    if (!x_write) x_write.emplace(x_db);
    sqlite::Transaction transaction(x_db);
    check_fence();
    const std::int64_t now = now_ms();
    for (const Change& change : changes) write(change, now);
    transaction.commit();
  }

  std::int64_t begin_run(const std::string& command) override {
    const std::lock_guard lock(x_mutex);
    sqlite::Transaction transaction(x_db);
    x_fence = number_fact("fence") + 1;
    set_fact("fence", std::to_string(x_fence));
    sqlite::Statement(x_db, "INSERT INTO runs(command, started) VALUES(?1, ?2)").bind(1, command).bind(2, now_ms()).run();
    sqlite::Statement last(x_db, "SELECT last_insert_rowid()");
    last.step();
    x_run = last.number(0);
    last.reset();
    transaction.commit();
    return x_run;
  }

  void finish_run(std::int64_t run, const std::string& result) override {
    const std::lock_guard lock(x_mutex);
    sqlite::Statement(x_db, "UPDATE runs SET finished = ?2, result = ?3 WHERE id = ?1")
        .bind(1, run).bind(2, now_ms()).bind(3, result).run();
  }

  std::vector<RunInfo> runs(int newest) override {
    const std::lock_guard lock(x_mutex);
    sqlite::Statement select(x_db, "SELECT id, command, started, finished, result FROM runs ORDER BY id DESC LIMIT ?1");
    select.bind(1, std::int64_t{newest});
    std::vector<RunInfo> out;
    while (select.step())
      out.push_back({select.number(0), select.text(1), select.number(2), select.number(3), select.text(4)});
    return out;
  }

  std::vector<JournalEntry> journal(std::int64_t run) override {
    const std::lock_guard lock(x_mutex);
    sqlite::Statement select(x_db,
                             "SELECT operation, run, address, action, started, finished, result, message FROM journal "
                             "WHERE run = ?1 ORDER BY sequence");
    select.bind(1, run);
    std::vector<JournalEntry> out;
    while (select.step())
      out.push_back({select.text(0), select.number(1), select.text(2), select.text(3), select.number(4),
                     select.number(5), select.text(6), select.text(7)});
    return out;
  }

  std::optional<std::string> sealed(const std::string& handle) override {
    return lookup("SELECT sealed FROM secrets WHERE handle = ?1", handle);
  }

  bool holds_sealed() override {
    const std::lock_guard lock(x_mutex);
    return sqlite::Statement(x_db, "SELECT 1 FROM secrets LIMIT 1").step();
  }

  void put_sealed(const std::string& handle, const std::string& sealed) override {
    const std::lock_guard lock(x_mutex);
    sqlite::Statement(x_db, "INSERT OR REPLACE INTO secrets(handle, sealed) VALUES(?1, ?2)")
        .bind(1, handle).bind(2, sealed).run();
  }

  std::optional<std::string> fact(const std::string& key) override {
    return lookup("SELECT value FROM facts WHERE key = ?1", key);
  }

  void put_fact(const std::string& key, const std::string& value) override {
    const std::lock_guard lock(x_mutex);
    set_fact(key, value);
  }

 private:
  // Statements of the hot path, prepared once.
  struct Write {
    explicit Write(sqlite::Database& db)
        : put(db, (std::string("INSERT OR REPLACE INTO resources(") + k_columns +
                   ") VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18)").c_str()),
          remove(db, "DELETE FROM resources WHERE address = ?1"),
          remove_secrets(db, "DELETE FROM secrets WHERE handle >= ?1 || '#' AND handle < ?1 || '$'"),
          checkpoint(db, "UPDATE resources SET checkpoint = ?2 WHERE address = ?1"),
          open(db, "INSERT INTO journal(operation, run, address, action, started) VALUES(?1,?2,?3,?4,?5)"),
          close(db, "UPDATE journal SET finished = ?2, result = ?3, message = ?4 WHERE operation = ?1 AND finished = 0"),
          fence(db, "SELECT value FROM facts WHERE key = 'fence'") {}
    sqlite::Statement put, remove, remove_secrets, checkpoint, open, close, fence;
  };

  static std::string query(const char* where) {
    return std::string("SELECT ") + k_columns + " FROM resources" + where + " ORDER BY address";
  }

  void create_schema() {
    sqlite::Transaction transaction(x_db);
    sqlite::Statement version(x_db, "PRAGMA user_version");
    version.step();
    const bool fresh = version.number(0) == 0;
    version.reset();
    if (!fresh) return;
    x_db.execute(k_schema);
    x_db.execute(("PRAGMA application_id=" + std::to_string(k_application_id)).c_str());
    x_db.execute(("PRAGMA user_version=" + std::to_string(k_format)).c_str());
    set_fact("stack_id", random_hex(16));
    transaction.commit();
  }

  void check_format(const std::filesystem::path& file) {
    sqlite::Statement version(x_db, "PRAGMA user_version");
    version.step();
    if (version.number(0) > k_format)
      throw Error("state.newer", "the state was written by a newer dfx", file.string(), "use that version of dfx");
    sqlite::Statement owner(x_db, "PRAGMA application_id");
    owner.step();
    if (owner.number(0) != k_application_id)
      throw Error("state.corrupt", "this is no state file of dfx", file.string());
  }

  std::optional<std::string> lookup(const char* sql, const std::string& key) {
    const std::lock_guard lock(x_mutex);
    sqlite::Statement select(x_db, sql);
    select.bind(1, key);
    if (!select.step()) return std::nullopt;
    return select.text(0);
  }

  std::int64_t number_fact(const char* key) {
    sqlite::Statement select(x_db, "SELECT CAST(value AS INTEGER) FROM facts WHERE key = ?1");
    select.bind(1, key);
    return select.step() ? select.number(0) : 0;
  }

  void set_fact(const std::string& key, const std::string& value) {
    sqlite::Statement(x_db, "INSERT OR REPLACE INTO facts(key, value) VALUES(?1, ?2)").bind(1, key).bind(2, value).run();
  }

  void check_fence() {
    const bool there = x_write->fence.step();
    const std::string now = there ? x_write->fence.text(0) : "0";
    x_write->fence.reset();
    if (now != std::to_string(x_fence))
      throw Error("state.fenced", "another run took over this state",
                  "it holds token " + now + ", this run " + std::to_string(x_fence), "let the other run finish");
  }

  void write(const Change& change, std::int64_t now) {
    switch (change.kind) {
      case Change::Kind::intent:
        put(change.record);
        x_write->open.bind(1, change.operation).bind(2, x_run).bind(3, change.record.address)
            .bind(4, change.action).bind(5, now).run();
        return;
      case Change::Kind::checkpoint:
        x_write->checkpoint.bind(1, change.record.address).bind(2, change.record.checkpoint).run();
        return;
      case Change::Kind::outcome: put(change.record); break;
      case Change::Kind::refresh: put(change.record); return;
      case Change::Kind::rename: rename(change); return;
      case Change::Kind::removal:
        x_write->remove.bind(1, change.record.address).run();
        x_write->remove_secrets.bind(1, change.record.address).run();
        break;
    }
    x_write->close.bind(1, change.operation).bind(2, now).bind(3, change.result).bind(4, change.message).run();
  }

  void rename(const Change& change) {
    x_write->remove.bind(1, change.from).run();
    sqlite::Statement(x_db, "UPDATE OR REPLACE secrets SET handle = ?2 || substr(handle, length(?1) + 1) "
                            "WHERE handle >= ?1 || '#' AND handle < ?1 || '$'")
        .bind(1, change.from).bind(2, change.record.address).run();
    put(change.record);
  }

  void put(const Record& r) {
    const std::string edges = write_edges(r.edges);
    x_write->put.bind(1, r.address).bind(2, r.component).bind(3, r.kind).bind(4, r.plugin).bind(5, r.plugin_version)
        .bind(6, std::int64_t{r.schema_version}).bind(7, static_cast<std::int64_t>(r.generation)).bind(8, r.identity)
        .bind(9, r.desired).bind(10, r.applied).bind(11, r.outputs).bind(12, r.connection).bind(13, edges)
        .bind(14, std::int64_t{r.protect}).bind(15, r.on_delete).bind(16, to_string(r.status)).bind(17, r.operation)
        .bind(18, r.checkpoint).run();
  }

  static Record row(const sqlite::Statement& s) {
    Record r;
    r.address = s.text(0);
    r.component = s.text(1);
    r.kind = s.text(2);
    r.plugin = s.text(3);
    r.plugin_version = s.text(4);
    r.schema_version = static_cast<int>(s.number(5));
    r.generation = static_cast<std::uint64_t>(s.number(6));
    r.identity = s.text(7);
    r.desired = s.text(8);
    r.applied = s.text(9);
    r.outputs = s.text(10);
    r.connection = s.text(11);
    r.edges = read_edges(s.text(12));
    r.protect = s.number(13) != 0;
    r.on_delete = s.text(14);
    r.status = record_status_from(s.text(15));
    r.operation = s.text(16);
    r.checkpoint = s.text(17);
    return r;
  }

  std::mutex x_mutex;  // guards the connection and everything below
  sqlite::Database x_db;
  std::optional<Write> x_write;
  std::int64_t x_fence = 0;
  std::int64_t x_run = 0;
};

// An empty file is one that nobody has come to fill.
bool is_there(const std::filesystem::path& file) {
  std::error_code error;
  const auto size = std::filesystem::file_size(file, error);
  if (error && error != std::errc::no_such_file_or_directory && error != std::errc::not_a_directory) cannot_open(file, error.message());
  return !error && size > 0;
}

// Nobody can write there, so nobody does, and all that was written is in the file itself.
bool is_frozen(const std::filesystem::path& file) {
  return access(file.parent_path().c_str(), W_OK) != 0 && !is_there(file.string() + "-wal");
}

void remove_log(const std::filesystem::path& file) {
  for (const char* tail : {"-wal", "-shm", "-journal"}) unlink((file.string() + tail).c_str());
}

// Made whole beside its place, then put there: whenever this ends, readers find no state or a good one.
void make(const std::filesystem::path& file) {
  const std::filesystem::path fresh = file.string() + ".new";
  unlink(fresh.c_str());
  remove_log(fresh);
  create_private(fresh);
  SqliteStore(fresh, sqlite::Mode::read_write);
  remove_log(file);
  if (rename(fresh.c_str(), file.c_str()) != 0 || !sync_folder(file.parent_path())) cannot_open(file, std::strerror(errno));
}

}  // namespace

std::unique_ptr<Store> open_sqlite_store(const std::filesystem::path& file) {
  if (!is_there(file)) make(file);
  return std::make_unique<SqliteStore>(file, sqlite::Mode::read_write);
}

std::unique_ptr<Store> read_sqlite_store(const std::filesystem::path& file) {
  if (!is_there(file)) return nullptr;
  return std::make_unique<SqliteStore>(file, is_frozen(file) ? sqlite::Mode::frozen : sqlite::Mode::read_only);
}

}  // namespace dfx
