#include "core/plan/planning.hpp"

#include <algorithm>

#include "core/model/address.hpp"
#include "core/model/suggest.hpp"
#include "core/plan/migrate.hpp"
#include "core/plan/moves.hpp"

namespace dfx {

Plan Planner::build() {
  take_over_request();
  index_entries();
  order_desired();
  first_look();
  for (const auto& level : levels()) plan_level(level);
  look_at_checks();
  plan_removals();
  settle_lookups();
  note_obstacles();
  order_steps(x_plan);
  x_plan.refreshes = std::any_of(x_plan.entries.begin(), x_plan.entries.end(), [this](const Entry& e) {
    return e.record >= 0 && (is_rewritten(e) || (e.operation < 0 && e.refresh));
  });
  return std::move(x_plan);
}

void Planner::take_over_request() {
  x_plan.stack = x_request.stack;
  x_plan.stack_id = x_caller.stack_id();
  x_plan.environment = x_caller.environment();
  x_plan.destroy = x_request.destroy;
  x_plan.desired = std::move(x_request.desired);
  x_plan.records = std::move(x_request.records);
  move_records(x_plan, x_request.moves, x_request.renamed_kinds);
  for (std::size_t i = 0; i < x_plan.records.size(); ++i) {
    if (!migrate_record(x_caller, x_plan.records[i])) continue;
    x_plan.rewritten.resize(x_plan.records.size(), false);
    x_plan.rewritten[i] = true;
  }
}

bool Planner::is_rewritten(const Entry& entry) const {
  return !x_plan.rewritten.empty() && x_plan.rewritten[static_cast<std::size_t>(entry.record)];
}

void Planner::index_entries() {
  x_plan.entries.reserve(x_plan.desired.size() + 16);
  x_plan.index.reserve(x_plan.desired.size() + x_plan.records.size());
  for (std::size_t i = 0; i < x_plan.desired.size(); ++i) {
    Entry& entry = add_entry(x_plan.desired[i].address, x_plan.desired[i].kind);
    if (entry.resource >= 0)
      throw Error("graph.duplicate-address", "two resources have the same address", x_plan.desired[i].address,
                  "names must be unique within a component and kind");
    entry.resource = static_cast<std::int32_t>(i);
  }
  for (std::size_t i = 0; i < x_plan.records.size(); ++i)
    add_entry(x_plan.records[i].address, x_plan.records[i].kind).record = static_cast<std::int32_t>(i);
  x_seen.resize(x_plan.entries.size());
  x_new_outputs.assign(x_plan.entries.size(), false);
  x_replaced.assign(x_plan.entries.size(), false);
  x_asked.assign(x_plan.entries.size(), false);
  x_moves_away.assign(x_plan.entries.size(), false);
  x_connections.resize(x_plan.entries.size());
  for (std::uint32_t id = 0; id < x_plan.entries.size(); ++id) set_recorded_outputs(id);
}

Entry& Planner::add_entry(const std::string& address, const std::string& kind_name) {
  const auto [place, inserted] = x_plan.index.emplace(address, static_cast<std::uint32_t>(x_plan.entries.size()));
  if (!inserted) return x_plan.entries[place->second];
  Entry& entry = x_plan.entries.emplace_back();
  entry.kind = x_caller.host().find_kind(kind_name);
  if (entry.kind == nullptr)
    throw Error("plan.unknown-kind", "no plugin knows this kind of resource", address + " is of kind " + kind_name,
                "install the plugin that made it, or name its folder with --plugin-path");
  return entry;
}

void Planner::set_recorded_outputs(std::uint32_t id) {
  Entry& entry = x_plan.entries[id];
  const Record* record = x_plan.record(entry);
  if (record == nullptr || record->outputs.empty()) return;
  entry.outputs = record->outputs;
  entry.outputs_known = true;
}

std::optional<std::string> Planner::outputs_of(const std::string& address) const {
  const auto found = x_plan.index.find(address);
  if (found == x_plan.index.end()) return std::nullopt;
  const Entry& entry = x_plan.entries[found->second];
  if (!entry.outputs_known) return std::nullopt;
  return entry.outputs;
}

void Planner::order_desired() {
  std::vector<std::pair<NodeId, NodeId>> edges;
  for (std::uint32_t id = 0; id < x_plan.desired.size(); ++id)
    for (const Edge& edge : x_plan.desired[id].edges) edges.emplace_back(wanted(edge.to, x_plan.desired[id]), id);
  x_graph = Graph(static_cast<NodeId>(x_plan.desired.size()), edges);
  x_topological = x_graph.topological_order();
  if (x_topological.size() != x_plan.desired.size()) refuse_cycle();
}

std::uint32_t Planner::wanted(const std::string& address, const Resource& from) const {
  const auto found = x_plan.index.find(address);
  if (found != x_plan.index.end() && x_plan.entries[found->second].resource >= 0) return found->second;
  std::vector<std::string> names;
  for (const Resource& r : x_plan.desired) names.push_back(r.address);
  const auto near = suggest(address, names);
  throw Error("graph.unknown-reference", "a reference leads nowhere",
              from.address + " refers to " + address + ", which no component makes",
              near ? "did you mean " + *near + "?" : "enable the component that makes it, or take the reference away");
}

void Planner::refuse_cycle() const {
  std::string ring;
  for (NodeId id : x_graph.find_cycle()) ring += (ring.empty() ? "" : " -> ") + x_plan.desired[id].address;
  throw Error("graph.cycle", "resources depend on each other in a ring", ring, "take one of these references away");
}

// Resources by their distance from the roots: within a level nobody waits for anybody.
std::vector<Planner::Ids> Planner::levels() const {
  std::vector<std::uint32_t> depth(x_plan.desired.size(), 0);
  std::vector<Ids> out;
  for (NodeId id : x_topological) {
    for (NodeId before : x_graph.before(id)) depth[id] = std::max(depth[id], depth[before] + 1);
    if (depth[id] >= out.size()) out.resize(depth[id] + 1);
    out[depth[id]].push_back(id);
  }
  return out;
}

void Planner::plan_level(const Ids& level) {
  look_later(level);
  std::vector<PlanQuestion> questions;
  for (std::uint32_t id : level) {
    const Entry& entry = x_plan.entries[id];
    if (entry.kind->mode == Mode::check) continue;
    if (entry.kind->mode == Mode::lookup) {
      plan_lookup(id);
    } else if (!is_unchanged(id)) {
      guarded(id, [&] { plan_managed(id, questions); });
    }
  }
  ask_plugins(x_caller, questions, x_plan.problems);
  for (const PlanQuestion& question : questions) guarded(question.entry, [&] { take_prediction(question); });
}

void Planner::guarded(std::uint32_t id, const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& e) {
    for (Diagnostic d : e.diagnostics().list()) {
      d.address = x_plan.address(x_plan.entries[id]);
      if (d.code == "json.invalid") {
        d.code = "plugin.bad-answer";
        d.summary = "a plugin gave an answer that cannot be understood";
        d.detail = "plugin " + x_plan.entries[id].kind->plugin + ", values of " + d.address + ": " + d.detail;
      }
      x_plan.problems.add(std::move(d));
    }
  }
}

// One dead host blocks many, and its reason is worth telling once.
void Planner::note_obstacles() {
  std::set<std::pair<std::string, std::string>> told;
  for (const Operation& operation : x_plan.operations) {
    if (operation.blocked.empty()) continue;
    const auto& reason = operation.observation.problem;
    Diagnostic d = reason != nullptr ? *reason : unreachable(operation.blocked);
    if (!told.emplace(d.code, d.detail).second) continue;
    d.address = x_plan.address(x_plan.entries[operation.entry]);
    x_plan.obstacles.add(std::move(d));
  }
}

Plan make_plan(const Caller& caller, PlanRequest request) { return Planner(caller, std::move(request)).build(); }

}  // namespace dfx
