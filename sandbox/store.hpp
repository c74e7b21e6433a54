// The world on disk: named JSON objects, operations with their due time, and events, in one SQLite file.
#pragma once
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/model/json.hpp"
#include "core/util/sqlite.hpp"
#include "sandbox/clock.hpp"

namespace dfx::sandbox {

// Something that was accepted and takes until `due`. `body` is the simulator's own record of it.
struct StoredOperation {
  std::string id;
  std::string origin;
  Micros due = 0;
  bool finished = false;
  Json body;
};

struct StoredEvent {
  std::int64_t id = 0;
  std::string origin;
  std::string type;
  Json body;
};

// One file that several processes may have open; a commit is safe from kill -9 (not from a power cut: the world is
// a toy, and an fsync per request would make it slower than the real thing).
class Store {
 public:
  enum class Access { read, write };

  // Opens or makes `dir`/world.db. Throws Error "sandbox.unusable-folder", "sandbox.damaged" or "state.*"; so does every
  // call if the file is damaged further in.
  explicit Store(const std::filesystem::path& dir);
  ~Store();
  const std::filesystem::path& dir() const { return x_dir; }

  // One transaction. Holds the store's lock until it ends; rolls back unless committed. [one thread]
  class Session {
   public:
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    void commit();
    Access access() const { return x_access; }

    std::optional<Json> get(const std::string& origin, const std::string& kind, const std::string& name);
    void put(const std::string& origin, const std::string& kind, const std::string& name, const Json& value);
    void erase(const std::string& origin, const std::string& kind, const std::string& name);
    // Ordered by name.
    std::vector<std::pair<std::string, Json>> list(const std::string& origin, const std::string& kind);
    void erase_all(const std::string& origin, const std::string& kind);

    std::optional<StoredOperation> operation(const std::string& id);
    std::vector<StoredOperation> operations(const std::string& origin);
    void save(const StoredOperation& operation);
    // The unfinished operation that is due first, if that is before or at `now`.
    std::optional<StoredOperation> first_due(Micros now);
    bool anything_due(Micros now);
    // When the next unfinished operation is due, if any ever is.
    std::optional<Micros> next_due();
    void forget_finished_before(Micros time);

    void add_event(const std::string& origin, const std::string& type, const Json& body);
    std::vector<StoredEvent> events_after(const std::string& origin, std::int64_t id);
    std::int64_t last_event();

    // Everything but the objects of kind `keep`.
    void erase_world(const std::string& keep);

   private:
    friend class Store;
    Session(Store& store, Access access);
    sqlite::Statement& prepared(const char* sql);
    Store& x_store;
    std::unique_lock<std::recursive_mutex> x_lock;
    Access x_access;
    bool x_open = true;
  };

  Session begin(Access access) { return Session(*this, access); }

 private:
  std::filesystem::path x_dir;
  std::recursive_mutex x_mutex;
  std::unique_ptr<sqlite::Database> x_database;
  std::map<const char*, std::unique_ptr<sqlite::Statement>> x_statements;  // by address of the literal
};

}  // namespace dfx::sandbox
