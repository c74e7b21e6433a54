#include "core/plan/planning.hpp"

#include "core/plan/text.hpp"

namespace dfx {

PlanQuestion Planner::question(std::uint32_t id, std::uint32_t operation, const Json& desired) {
  const Entry& entry = x_plan.entries[id];
  const Record* record = x_plan.record(entry);
  PlanQuestion q;
  q.kind = entry.kind;
  q.entry = id;
  q.operation = operation;
  q.address = x_plan.address(entry);
  q.connection = x_connections[id];
  q.desired = canonical(desired);
  q.prior = record != nullptr ? record->applied_text() : "";
  q.observed = x_plan.operations[operation].observation.observed;
  q.outputs = record != nullptr ? record->outputs : "";
  return q;
}

void Planner::take_prediction(const PlanQuestion& q) {
  if (!q.answer.ignore.empty() && !decide_again(q)) return;
  Operation& operation = x_plan.operations[q.operation];
  Entry& entry = x_plan.entries[q.entry];
  operation.restarts = q.answer.restarts;
  for (const std::string& text : q.answer.reasons) operation.reasons.push_back({"plugin", text});
  if (operation.action == Action::update && !q.answer.replace.empty()) replace_as_predicted(q, operation);
  if (q.answer.outputs.empty()) return;
  entry.outputs = q.answer.outputs;
  entry.outputs_known = true;
  note_new_outputs(q.entry);
}

// Differences that the plugin says do not matter. False: nothing is left to do.
bool Planner::decide_again(const PlanQuestion& q) {
  Operation& operation = x_plan.operations[q.operation];
  const Entry& entry = x_plan.entries[q.entry];
  Policy policy = operation.policy;
  policy.ignore.insert(policy.ignore.end(), q.answer.ignore.begin(), q.answer.ignore.end());
  Decision decision = decide(*entry.kind, q.address, parse_json(q.desired), x_plan.record(entry), operation.observation, policy);
  operation.action = decision.action;
  operation.changes = std::move(decision.changes);
  operation.reasons = std::move(decision.reasons);
  operation.waits_only = decision.waits_only;
  if (!decision.is_idle()) return true;
  drop_operation(q.entry);
  return false;
}

void Planner::replace_as_predicted(const PlanQuestion& q, Operation& operation) {
  operation.action = Action::replace;
  for (const auto& [path, why] : q.answer.replace) operation.reasons.push_back({"immutable", path + ": " + why});
  note_outputs(q.entry, Action::replace);
  if (!operation.policy.protect) return;
  Decision refused;
  refused.reasons = operation.reasons;
  refuse_protected(refused, q.address);
  x_plan.problems.add(*refused.problem);
}

// The plugin says that nothing of what differs matters: the operation stays in its slot, without an effect.
void Planner::drop_operation(std::uint32_t id) {
  Entry& entry = x_plan.entries[id];
  x_plan.operations[static_cast<std::size_t>(entry.operation)].action = Action::none;
  entry.operation = -1;
  note_refresh(id);
}

}  // namespace dfx
