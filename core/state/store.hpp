// The store of one stack's environment: rows, journal, sealed secrets. A small interface; SQLite is the embedded one.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/state/record.hpp"

namespace dfx {

// One journal step with its effect on the rows. A span of them is one durable transaction, in order.
struct Change {
  enum class Kind {
    intent,      // puts the row; opens the operation
    checkpoint,  // sets the row's checkpoint
    outcome,     // puts the row; closes the operation
    removal,     // removes the row; closes the operation, if there is one
    refresh,     // puts the row; no operation
    rename,      // the row at `from` goes on as the record, its sealed secrets under the new address
  };
  Kind kind = Kind::refresh;
  Record record;          // removal: only the address is used; checkpoint: address and checkpoint
  std::string operation;  // id, empty for a refresh and for removals that needed no call
  std::string action;     // "create", "update", "delete", "adopt"
  std::string result;     // outcome: "ok" or an error class
  std::string message;    // of a failure; never a secret
  std::string from;       // rename: the old address
};

// One command that changed something.
struct RunInfo {
  std::int64_t id = 0;
  std::string command;
  std::int64_t started_ms = 0;   // since 1970 UTC
  std::int64_t finished_ms = 0;  // 0: it did not come to its end
  std::string result;            // "ok", "failed", "interrupted" ...
};

struct JournalEntry {
  std::string operation;
  std::int64_t run = 0;
  std::string address;
  std::string action;
  std::int64_t started_ms = 0;
  std::int64_t finished_ms = 0;  // 0: in-doubt
  std::string result;
  std::string message;
};

// Every call may come from any thread. Failures of the medium throw Error "state.*" and change nothing.
class Store {
 public:
  virtual ~Store() = default;

  // A random id made with the store: what markers say beside the environment.
  virtual std::string stack_id() = 0;
  virtual std::vector<Record> load() = 0;
  // Each pair of plugin and connection that some row has, once.
  virtual std::vector<std::pair<std::string, std::string>> connections() = 0;
  virtual std::optional<Record> find(const std::string& address) = 0;
  // All or nothing, durable when it returns. Throws "state.fenced" if another writer took over since `begin_run`.
  virtual void commit(std::span<const Change> changes) = 0;

  // Takes the fencing token and opens a run. REQUIRES: the run lock is held.
  virtual std::int64_t begin_run(const std::string& command) = 0;
  virtual void finish_run(std::int64_t run, const std::string& result) = 0;
  virtual std::vector<RunInfo> runs(int newest) = 0;
  virtual std::vector<JournalEntry> journal(std::int64_t run) = 0;

  // Sealed text by handle; handles of a resource start with "<address>#" and go with its row.
  virtual std::optional<std::string> sealed(const std::string& handle) = 0;
  // Is anything sealed in it?
  virtual bool holds_sealed() = 0;
  virtual void put_sealed(const std::string& handle, const std::string& sealed) = 0;

  // Small facts such as the mode of the environment ("sandbox").
  virtual std::optional<std::string> fact(const std::string& key) = 0;
  virtual void put_fact(const std::string& key, const std::string& value) = 0;
};

}  // namespace dfx
