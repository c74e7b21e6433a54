#include "core/plan/planning.hpp"

#include <algorithm>

#include "core/model/encode.hpp"
#include "core/plan/text.hpp"

namespace dfx {
namespace {

constexpr std::chrono::seconds k_normalize_timeout{10};

}  // namespace

// Nothing to do, found by comparing bytes: the usual case, and the one that must be fast.
bool Planner::is_unchanged(std::uint32_t id) {
  const Entry& entry = x_plan.entries[id];
  const Record* record = x_plan.record(entry);
  const Resource& resource = *x_plan.resource(entry);
  const Observation& seen = x_seen[id];
  if (record == nullptr || record->status != RecordStatus::ok || seen.result != Result::present ||
      seen.owner != Observation::Owner::mine)
    return false;
  if (resource.edges != record->edges || resource.desired != record->desired || seen.observed != record->applied_text()) return false;
  if (x_request.replace.count(resource.address) != 0 || resource.desired.find("\"secret\"") != std::string::npos) return false;
  const auto& before = x_graph.before(id);
  if (std::any_of(before.begin(), before.end(), [&](NodeId b) { return x_new_outputs[b] || x_replaced[b]; }))
    return false;
  note_refresh(id);
  return true;
}

void Planner::note_refresh(std::uint32_t id) {
  Entry& entry = x_plan.entries[id];
  const Record& record = *x_plan.record(entry);
  const Resource& resource = *x_plan.resource(entry);
  entry.refresh = entry.refresh || resource.edges != record.edges || resource.protect != record.protect ||
                  resource.on_delete != record.on_delete || resource.desired != record.desired ||
                  x_connections[id] != record.connection;
}

Policy Planner::policy_of(std::uint32_t id) {
  const Resource& resource = *x_plan.resource(x_plan.entries[id]);
  Policy policy;
  if (const auto found = x_request.policies.find(resource.component); found != x_request.policies.end()) {
    policy.ignore = found->second.ignore;
    policy.on_conflict = found->second.on_conflict;
  }
  if (const std::string* id_text = adoption(id)) policy.adopt = *id_text;
  policy.replace_asked = x_request.replace.count(resource.address) != 0;
  const Record* record = x_plan.record(x_plan.entries[id]);
  policy.protect = resource.protect || (record != nullptr && record->protect);
  // What it lives on today may be another thing than what it is to live on; only a row can tell.
  note_parent(policy, record != nullptr ? record->edges : resource.edges);
  policy.contained = policy.contained && record != nullptr;
  policy.moves = record != nullptr && policy.parent_replaced.empty() && !x_moves_away[id] && is_moving(id);
  return policy;
}

void Planner::note_parent(Policy& policy, const std::vector<Edge>& edges) const {
  for (const Edge& edge : edges) {
    const auto parent = x_plan.index.find(edge.to);
    if (edge.kind == EdgeKind::needs || parent == x_plan.index.end()) continue;
    const Entry& entry = x_plan.entries[parent->second];
    const bool goes = entry.resource < 0 && x_plan.record(entry)->on_delete != "keep";
    if (!goes && !x_replaced[parent->second]) continue;
    policy.parent_replaced = edge.to;
    policy.contained = edge.kind == EdgeKind::contained_in;
  }
}

// Its connection will be another one than that over which it was read, and nobody knows yet which.
bool Planner::is_moving(std::uint32_t id) {
  return has_new_makers(id) && connection_text(x_plan.resource(x_plan.entries[id])->connection) != x_connections[id];
}

void Planner::plan_managed(std::uint32_t id, std::vector<PlanQuestion>& questions) {
  const Entry& entry = x_plan.entries[id];
  const Resource& resource = *x_plan.resource(entry);
  const Record* record = x_plan.record(entry);
  if (tell_failed_read(id)) return;
  Policy policy = policy_of(id);
  if (policy.moves) {
    x_asked[id] = false;
    x_seen[id] = {};
  }
  // A new resource needs no comparison, so its desired value stays text.
  const bool fresh = record == nullptr && (!x_asked[id] || x_seen[id].result == Result::absent);
  const Json desired = fresh ? Json() : x_values.evaluate(resource.desired);
  Decision decision = decide(*entry.kind, resource.address, desired, record, x_seen[id], policy);
  if (!decision.changes.empty()) decision = without_spelling(id, std::move(decision), desired, policy);
  if (decision.is_idle()) {
    note_refresh(id);
    x_plan.entries[id].refresh |= decision.refresh;
    if (x_seen[id].owner != Observation::Owner::mine) take_yielded(id);
    return;
  }
  if (x_request.validate && !validate(id)) return;
  const Confidence confidence = !x_asked[id]                                      ? Confidence::deferred
                                : has_unknown_inputs(id, resource, desired, fresh) ? Confidence::predicted
                                                                                   : Confidence::exact;
  const std::uint32_t operation = add_operation(id, std::move(decision), confidence);
  x_plan.operations[operation].container = policy.contained ? policy.parent_replaced : "";
  x_plan.operations[operation].policy = std::move(policy);
  if (entry.kind->plans && x_asked[id] && x_plan.operations[operation].blocked.empty())
    questions.push_back(question(id, operation, fresh ? x_values.evaluate(resource.desired) : desired));
}

// Two spellings of one value ("1d", "24h") are no difference: the plugin knows which is which.
Decision Planner::without_spelling(std::uint32_t id, Decision decision, const Json& desired, const Policy& policy) {
  const Entry& entry = x_plan.entries[id];
  if (x_literal_kinds.count(entry.kind) != 0 || contains_unknown(desired)) return decision;
  CallContext context = x_caller.context(*entry.kind, Function::normalize, k_normalize_timeout);
  const CallResult result = x_caller.host().call(entry.kind->plugin, Function::normalize, context,
                                                 R"({"kind":)" + quote(entry.kind->name) + R"(,"desired":)" + canonical(desired) + "}");
  if (result.status == CallStatus::unsupported) x_literal_kinds.insert(entry.kind);
  if (result.status != CallStatus::ok) return decision;
  const Json normal = parse_json(result.response);
  if (normal == desired) return decision;
  return decide(*entry.kind, x_plan.address(entry), normal, x_plan.record(entry), x_seen[id], policy);
}

// False: the plugin of its component wants something that the kind's own schema refuses.
bool Planner::validate(std::uint32_t id) {
  const Entry& entry = x_plan.entries[id];
  const Diagnostics wrong = x_request.validate(*entry.kind, x_plan.resource(entry)->desired);
  for (Diagnostic d : wrong.list()) {
    d.address = x_plan.address(entry);
    x_plan.problems.add(std::move(d));
  }
  return !wrong.has_errors();
}

void Planner::take_yielded(std::uint32_t id) {
  Entry& entry = x_plan.entries[id];
  if (x_seen[id].outputs.empty()) return;
  entry.outputs = x_seen[id].outputs;
  entry.outputs_known = true;
  note_new_outputs(id);
}

bool Planner::has_unknown_inputs(std::uint32_t id, const Resource& resource, const Json& desired, bool fresh) const {
  if (!fresh) return contains_unknown(desired);
  if (!has_nodes(resource.desired)) return false;
  const auto& before = x_graph.before(id);
  return std::any_of(before.begin(), before.end(), [&](NodeId b) {
    return !x_plan.entries[b].outputs_known || x_plan.entries[b].outputs.find("\"unknown\"") != std::string::npos;
  });
}

std::uint32_t Planner::add_operation(std::uint32_t id, Decision decision, Confidence confidence) {
  Entry& entry = x_plan.entries[id];
  if (decision.problem) x_plan.problems.add(*decision.problem);
  Operation operation;
  operation.entry = id;
  operation.action = decision.action;
  operation.confidence = confidence;
  operation.changes = std::move(decision.changes);
  operation.reasons = std::move(decision.reasons);
  operation.blocked = std::move(decision.blocked);
  operation.resumes = decision.resumes;
  operation.waits_only = decision.waits_only;
  operation.implied = decision.implied;
  operation.observation = std::move(x_seen[id]);
  entry.operation = static_cast<std::int32_t>(x_plan.operations.size());
  x_plan.operations.push_back(std::move(operation));
  note_outputs(id, decision.action);
  return static_cast<std::uint32_t>(entry.operation);
}

// What is made anew has outputs that nobody knows yet.
void Planner::note_outputs(std::uint32_t id, Action action) {
  Entry& entry = x_plan.entries[id];
  if (action == Action::replace) x_replaced[id] = true;
  if (action == Action::create && entry.record >= 0 && x_asked[id]) x_replaced[id] = true;
  if (action != Action::create && action != Action::replace) return;
  entry.outputs_known = false;
  entry.outputs.clear();
  note_new_outputs(id);
}

}  // namespace dfx
