// A plan: what will happen, why, how sure that is, and in which order. A value: printable, hashable, comparable.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/graph/graph.hpp"
#include "core/model/diagnostics.hpp"
#include "core/model/json.hpp"
#include "core/model/resource.hpp"
#include "core/state/record.hpp"

namespace dfx {

// Part of the plan and event format.
enum class Action { none, create, update, replace, remove, forget, adopt };
const char* to_string(Action);  // remove: "delete"

// exact: everything known and observed. predicted: some leaves unknown. deferred: what would answer does not exist yet.
enum class Confidence { exact, predicted, deferred };
const char* to_string(Confidence);

// One value that differs. Secrets appear as `$dfx` secret nodes.
struct LeafChange {
  enum class Cause { config, drift, unknown };
  std::string path;  // JSON pointer into desired
  Json before;       // what is there; null if nothing
  Json after;        // what is wanted; null: to be taken away
  Cause cause = Cause::config;
  bool immutable = false;
};
const char* to_string(LeafChange::Cause);

// Why an operation is there: a slug for programs, a sentence for people.
struct Reason {
  std::string code;
  std::string text;
};

// What the stack file and the state say about one address beyond its desired value.
struct Policy {
  std::vector<std::string> ignore;   // paths whose differences are left alone
  std::optional<std::string> adopt;  // id of an existing object to take over
  std::string on_conflict = "stop";  // "stop", "take" or "yield"
  bool replace_asked = false;
  bool protect = false;              // by the stack file or by what is recorded
  std::string parent_replaced;       // address of the host or container that goes or is made anew; empty: none
  bool contained = false;            // parent_replaced names the container: its death takes this along
  bool moves = false;                // where it lives is made anew: what was read says nothing about the new place
};

// What a read found.
struct Observation {
  enum class Result { unread, present, absent, partial, unreachable };
  enum class Owner { mine, other, foreign };
  Result result = Result::unread;
  Owner owner = Owner::mine;
  std::string marker_environment;  // of another owner, if the object says so
  std::string identity;
  std::string observed;  // desired-shaped
  std::string outputs;
  std::string message;
  std::string help;     // what to do about what `message` says
  std::string verdict;  // of a check: "pass", "warn" or "fail"
  // Why nobody could say what is there; of one batch the same. Null: somebody could.
  std::shared_ptr<const Diagnostic> problem;
};

// One resource that needs work.
struct Operation {
  std::uint32_t entry = 0;
  Action action = Action::none;
  Confidence confidence = Confidence::exact;
  std::vector<LeafChange> changes;
  std::vector<Reason> reasons;
  std::string blocked;     // why it cannot be done now; empty: it can
  bool resumes = false;    // goes on where a killed run stopped, under the same operation id
  bool waits_only = false;  // was accepted by an earlier run and is only waited for
  bool implied = false;    // its container's removal takes it along: no call
  std::string container;   // of an implied one: the address
  bool restarts = false;   // takes the object down for a moment
  Policy policy;
  Observation observation;
};

// One address: what is wanted (resource), what is recorded (record), and the work in between.
struct Entry {
  std::int32_t resource = -1;
  std::int32_t record = -1;
  std::int32_t operation = -1;
  const Kind* kind = nullptr;
  std::string outputs;     // known at plan; may hold unknown nodes
  bool outputs_known = false;
  std::string identity;    // as read, where the row has none or another one; empty: as recorded
  bool refresh = false;    // what is recorded differs from what is there, without work to do
};

// A row that goes on under a new address.
struct Move {
  std::string from;
  std::string to;
};

// A schedulable part of an operation; a replacement has two.
struct Step {
  enum class Kind { make, remove, look };
  Kind kind = Kind::make;
  std::uint32_t operation = 0;
};
const char* to_string(Step::Kind);

// Move-only: `index` points into `desired` and `records`.
struct Plan {
  std::string stack;
  std::string stack_id;
  std::string environment;
  bool destroy = false;
  std::vector<Resource> desired;
  std::vector<Record> records;
  std::vector<Entry> entries;  // desired order, then records that nobody wants
  std::unordered_map<std::string_view, std::uint32_t> index;
  std::vector<Move> moves;     // already made in `records`
  std::vector<bool> rewritten;  // by record: not what the store holds; empty: none
  bool refreshes = false;      // some entry's row will be brought up to date
  std::vector<Operation> operations;
  std::vector<Step> steps;
  Graph order;  // over steps
  Diagnostics problems;
  Diagnostics obstacles;  // why operations are blocked, each reason once, at the first that it concerns

  Plan() = default;
  Plan(Plan&&) = default;
  Plan& operator=(Plan&&) = default;
  Plan(const Plan&) = delete;
  Plan& operator=(const Plan&) = delete;

  const std::string& address(const Entry& e) const {
    return e.resource >= 0 ? desired[static_cast<std::size_t>(e.resource)].address
                           : records[static_cast<std::size_t>(e.record)].address;
  }
  const Resource* resource(const Entry& e) const {
    return e.resource >= 0 ? &desired[static_cast<std::size_t>(e.resource)] : nullptr;
  }
  const Record* record(const Entry& e) const {
    return e.record >= 0 ? &records[static_cast<std::size_t>(e.record)] : nullptr;
  }
  // Operations that change something outside (not lookups, checks or waits).
  std::size_t count(Action action) const;
  bool has_changes() const;
  // There is something to execute, if only rows to bring up to date (guards such as `protect` live in them).
  bool has_work() const { return !steps.empty() || !moves.empty() || refreshes; }
};

}  // namespace dfx
