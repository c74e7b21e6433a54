// What `dfx status` knows, put together from rows and, if the world could be looked at, from a plan. Pure.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/render/table.hpp"
#include "cli/render/terminal.hpp"
#include "core/config/stack.hpp"
#include "core/plan/plan.hpp"
#include "core/state/store.hpp"

namespace dfx {

// Something that is not as it should be, and the command that helps.
struct Trouble {
  std::string address;  // or a component, or empty
  std::string text;
  std::string command;
  std::string help;     // what else to do; may be empty
};

struct ComponentHealth {
  std::string name;
  bool enabled = true;
  std::size_t resources = 0;
  std::size_t troubled = 0;
  std::size_t pending = 0;   // changes that the stack file asks for
  std::size_t under_way = 0;  // the run that is going on is at them
};

// A line that a component's plugin wants shown.
struct StatusRow {
  std::string component;
  std::string label;
  std::string text;
  bool troubled = false;
};

struct StatusReport {
  std::string stack;
  std::string environment;
  bool simulated = false;
  bool looked = false;              // the world was looked at; else only what is recorded
  std::string holder;               // of the run lock; empty: nobody
  std::optional<RunInfo> last_run;
  std::vector<Trouble> troubles;
  std::vector<ComponentHealth> components;
  std::vector<StatusRow> rows;
  std::size_t resources = 0;
  std::size_t pending = 0;
  std::size_t under_way = 0;
};

// The commands that help, ready to paste.
struct StatusCommands {
  std::string apply, plan, doctor;
};

struct StatusInput {
  const Stack& stack;
  const std::vector<Record>& rows;
  const Plan* plan = nullptr;  // null: the world could not be looked at
  StatusCommands commands;
  bool running = false;        // a run is going on: what is in flight is its business
  bool gave_up = false;        // calls that were cancelled are those that took too long
  std::map<std::string, std::string> failures;  // of the last run: address -> why
};
StatusReport make_status(const StatusInput& input);

// What components want shown ({"component", "label", "value" or "health": address}), filled in from the rows. A
// resource that troubles say nothing about is "ok".
std::vector<StatusRow> status_rows(const std::vector<Json>& wanted, const std::vector<Record>& records,
                                   const std::vector<Trouble>& troubles);

// One of "nothing", "running", "problems", "unknown", "changes", "well".
const char* verdict_of(const StatusReport& report);

// Rows of one component, or of all.
void add_rows(Table& table, const std::vector<StatusRow>& rows, const std::string& component);

void render(Terminal& to, const StatusReport& report, const StatusCommands& commands, std::int64_t now_ms);
Json to_json(const StatusReport& report);

}  // namespace dfx
