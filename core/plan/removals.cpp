#include "core/plan/planning.hpp"

#include <algorithm>

namespace dfx {
namespace {

bool has_reason(const Operation& operation, std::string_view code) {
  return std::any_of(operation.reasons.begin(), operation.reasons.end(), [&](const Reason& r) { return r.code == code; });
}

}  // namespace

void Planner::plan_removals() {
  x_settled.assign(x_plan.entries.size(), false);
  for (std::uint32_t id = static_cast<std::uint32_t>(x_plan.desired.size()); id < x_plan.entries.size(); ++id) {
    const Record& record = *x_plan.record(x_plan.entries[id]);
    tell_failed_read(id);
    add_operation(id, decide_removal(record, x_seen[id], why_removed(record)), Confidence::exact);
  }
  for (std::uint32_t id = static_cast<std::uint32_t>(x_plan.desired.size()); id < x_plan.entries.size(); ++id)
    settle_contained(id);
}

Reason Planner::why_removed(const Record& record) const {
  if (x_plan.destroy) return {"destroy", "the whole environment is taken down"};
  if (x_request.disabled.count(record.component) != 0)
    return {"disabled", "component " + record.component + " is switched off in this environment"};
  return {"removed", "no longer in the stack"};
}

// A container's death settles what is in it: no call, and nobody has to be asked whether it is there.
void Planner::settle_contained(std::uint32_t id) {
  if (x_settled[id]) return;
  x_settled[id] = true;
  const Record& record = *x_plan.record(x_plan.entries[id]);
  for (const Edge& edge : record.edges) {
    const auto parent = x_plan.index.find(edge.to);
    if (edge.kind != EdgeKind::contained_in || parent == x_plan.index.end()) continue;
    const Entry& container = x_plan.entries[parent->second];
    if (container.operation < 0) continue;
    if (container.resource < 0) settle_contained(parent->second);
    follow_container(id, edge.to, x_plan.operations[static_cast<std::size_t>(container.operation)]);
  }
}

void Planner::follow_container(std::uint32_t id, const std::string& address, const Operation& container) {
  Operation& operation = x_plan.operations[static_cast<std::size_t>(x_plan.entries[id].operation)];
  const bool dies = container.action == Action::remove || container.action == Action::replace;
  const bool was_gone = container.action == Action::forget && has_reason(container, "gone");
  if (!dies && !was_gone) return;
  const bool lives = operation.action == Action::remove || has_reason(operation, "keep");
  if (!lives) return;
  const bool kept = operation.action == Action::forget;
  operation.blocked.clear();
  operation.action = was_gone ? Action::forget : Action::remove;
  operation.implied = dies;
  operation.container = dies ? address : "";
  operation.reasons.push_back({was_gone ? "gone" : "contained", "it goes with " + address});
  const Record& record = *x_plan.record(x_plan.entries[id]);
  if (!dies || !kept || !record.protect) return;
  Decision refused;
  refused.reasons = operation.reasons;
  refuse_protected(refused, record.address);
  x_plan.problems.add(*refused.problem);
}

}  // namespace dfx
