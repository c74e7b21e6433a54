#include "core/plan/planning.hpp"

#include <algorithm>

namespace dfx {
namespace {

std::string or_else(const std::string& text, const char* otherwise) { return text.empty() ? otherwise : text; }

}  // namespace

void Planner::plan_lookup(std::uint32_t id) {
  Entry& entry = x_plan.entries[id];
  const Observation& seen = x_seen[id];
  x_new_outputs[id] = true;
  tell_failed_read(id);
  if (seen.result == Result::present) {
    entry.outputs = seen.outputs.empty() ? "{}" : seen.outputs;
    entry.outputs_known = true;
    note_new_outputs(id);
    return;
  }
  Decision waits;
  if (seen.result == Result::unreachable) {
    waits.blocked = or_else(seen.message, "it cannot be reached");
  } else if (seen.result == Result::unread) {
    waits.reasons.push_back({"lookup", "what it asks for is not known yet"});
  }
  if (seen.result != Result::unread) x_unfound.push_back(id);
  add_operation(id, std::move(waits), seen.result == Result::unread ? Confidence::deferred : Confidence::exact);
}

// A lookup without an answer matters to work that needs it; otherwise it is worth a word and no more.
void Planner::settle_lookups() {
  for (std::uint32_t id : x_unfound) {
    Operation& operation = x_plan.operations[static_cast<std::size_t>(x_plan.entries[id].operation)];
    const bool matters = guards_work(id);
    if (matters && !operation.blocked.empty()) continue;
    const Observation& seen = operation.observation;
    Diagnostic d = seen.problem != nullptr ? *seen.problem
                                           : failure("plan.lookup-failed", "something that the stack relies on was not found",
                                                     or_else(seen.message, "it is not there"), seen.help);
    d.severity = matters ? Severity::error : Severity::warning;
    d.address = x_plan.address(x_plan.entries[id]);
    x_plan.problems.add(std::move(d));
    operation.blocked.clear();
    x_plan.entries[id].operation = -1;
  }
}

// Only checks that guard work of this plan are asked.
void Planner::look_at_checks() {
  std::vector<ReadItem> items;
  for (std::uint32_t id = 0; id < x_plan.desired.size(); ++id) {
    const Kind& kind = *x_plan.entries[id].kind;
    if (kind.mode != Mode::check || !(kind.before_create ? guards_creation(id) : guards_work(id))) continue;
    ReadItem item;
    const bool known = resolve_connection(id) && (item = read_item(id), resolve_question(id, item));
    if (known) {
      items.push_back(item);
      continue;
    }
    Decision deferred;
    deferred.reasons.push_back({"check", "what it looks at does not exist yet"});
    add_operation(id, std::move(deferred), Confidence::deferred);
  }
  observe(x_caller, items, x_plan.problems);
  for (const ReadItem& item : items) judge(item);
}

void Planner::block_check(const ReadItem& item) {
  Decision blocked;
  blocked.blocked = or_else(item.into->message, "it cannot be reached");
  add_operation(x_plan.index.at(item.address), std::move(blocked), Confidence::exact);
}

bool Planner::guards_work(std::uint32_t id) const {
  const auto& after = x_graph.after(id);
  return std::any_of(after.begin(), after.end(), [&](NodeId a) { return x_plan.entries[a].operation >= 0; });
}

// Is something that needs it made where nothing is? What is made anew stands in its own way until its turn.
bool Planner::guards_creation(std::uint32_t id) const {
  const auto& after = x_graph.after(id);
  return std::any_of(after.begin(), after.end(), [&](NodeId a) {
    const std::int32_t operation = x_plan.entries[a].operation;
    return operation >= 0 && x_plan.operations[static_cast<std::size_t>(operation)].action == Action::create;
  });
}

void Planner::judge(const ReadItem& item) {
  if (item.into->verdict == "pass" || tell_failed_read(x_plan.index.at(item.address))) return;
  if (item.into->result == Result::unreachable) {
    block_check(item);
    return;
  }
  const bool warns = item.into->verdict == "warn";
  Diagnostic d;
  d.severity = warns ? Severity::warning : Severity::error;
  d.code = "plan.check-failed";
  d.summary = warns ? "a check warns" : "a check failed";
  d.address = std::string(item.address);
  d.detail = or_else(item.into->message, "it gave no reason");
  d.help = item.into->help;
  x_plan.problems.add(std::move(d));
}

}  // namespace dfx
