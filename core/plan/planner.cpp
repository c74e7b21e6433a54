#include "core/plan/planner.hpp"

#include <algorithm>
#include <deque>
#include <unordered_map>

#include "core/model/address.hpp"
#include "core/model/encode.hpp"
#include "core/model/suggest.hpp"
#include "core/plan/ask_plugin.hpp"
#include "core/plan/compare.hpp"
#include "core/plan/migrate.hpp"
#include "core/plan/observe.hpp"
#include "core/plan/text.hpp"
#include "core/plan/values.hpp"

namespace dfx {
namespace {

using Result = Observation::Result;

class Planner {
 public:
  Planner(const Caller& caller, PlanRequest request)
      : x_caller(caller), x_request(std::move(request)),
        x_values([this](const std::string& address) { return outputs_of(address); }) {}

  Plan build() {
    take_over_request();
    index_entries();
    order_desired();
    first_look();
    for (const auto& level : levels()) plan_level(level);
    look_at_checks();
    plan_removals();
    order_steps(x_plan);
    return std::move(x_plan);
  }

 private:
  using Ids = std::vector<std::uint32_t>;

  void take_over_request() {
    x_plan.stack = x_request.stack;
    x_plan.stack_id = x_caller.stack_id();
    x_plan.environment = x_caller.environment();
    x_plan.destroy = x_request.destroy;
    x_plan.desired = std::move(x_request.desired);
    x_plan.records = std::move(x_request.records);
    for (Record& record : x_plan.records) migrate_record(x_caller, record);
  }

  void index_entries() {
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
    x_connections.resize(x_plan.entries.size());
    for (std::uint32_t id = 0; id < x_plan.entries.size(); ++id) set_recorded_outputs(id);
  }

  Entry& add_entry(const std::string& address, const std::string& kind_name) {
    const auto [place, inserted] = x_plan.index.emplace(address, static_cast<std::uint32_t>(x_plan.entries.size()));
    if (!inserted) return x_plan.entries[place->second];
    Entry& entry = x_plan.entries.emplace_back();
    entry.kind = x_caller.host().find_kind(kind_name);
    if (entry.kind == nullptr)
      throw Error("plan.unknown-kind", "no plugin knows this kind of resource", address + " is of kind " + kind_name,
                  "install the plugin that made it, or name its folder with --plugin-path");
    return entry;
  }

  void set_recorded_outputs(std::uint32_t id) {
    Entry& entry = x_plan.entries[id];
    const Record* record = x_plan.record(entry);
    if (record == nullptr || record->outputs.empty()) return;
    entry.outputs = record->outputs;
    entry.outputs_known = true;
  }

  std::optional<std::string> outputs_of(const std::string& address) const {
    const auto found = x_plan.index.find(address);
    if (found == x_plan.index.end()) return std::nullopt;
    const Entry& entry = x_plan.entries[found->second];
    if (!entry.outputs_known) return std::nullopt;
    return entry.outputs;
  }

  // --- order ---------------------------------------------------------------------------------------------------

  void order_desired() {
    std::vector<std::pair<NodeId, NodeId>> edges;
    for (std::uint32_t id = 0; id < x_plan.desired.size(); ++id)
      for (const Edge& edge : x_plan.desired[id].edges) edges.emplace_back(wanted(edge.to, x_plan.desired[id]), id);
    x_graph = Graph(static_cast<NodeId>(x_plan.desired.size()), edges);
    x_topological = x_graph.topological_order();
    if (x_topological.size() != x_plan.desired.size()) refuse_cycle();
  }

  std::uint32_t wanted(const std::string& address, const Resource& from) const {
    const auto found = x_plan.index.find(address);
    if (found != x_plan.index.end() && x_plan.entries[found->second].resource >= 0) return found->second;
    std::vector<std::string> names;
    for (const Resource& r : x_plan.desired) names.push_back(r.address);
    const auto near = suggest(address, names);
    throw Error("graph.unknown-reference", "a reference leads nowhere",
                from.address + " refers to " + address + ", which no component makes",
                near ? "did you mean " + *near + "?" : "enable the component that makes it, or take the reference away");
  }

  void refuse_cycle() const {
    std::string ring;
    for (NodeId id : x_graph.find_cycle()) ring += (ring.empty() ? "" : " -> ") + x_plan.desired[id].address;
    throw Error("graph.cycle", "resources depend on each other in a ring", ring, "take one of these references away");
  }

  // Resources by their distance from the roots: within a level nobody waits for anybody.
  std::vector<Ids> levels() const {
    std::vector<std::uint32_t> depth(x_plan.desired.size(), 0);
    std::vector<Ids> out;
    for (NodeId id : x_topological) {
      for (NodeId before : x_graph.before(id)) depth[id] = std::max(depth[id], depth[before] + 1);
      if (depth[id] >= out.size()) out.resize(depth[id] + 1);
      out[depth[id]].push_back(id);
    }
    return out;
  }

  // --- observe -------------------------------------------------------------------------------------------------

  // Everything that can be asked for before anything is decided, in one round.
  void first_look() {
    std::vector<ReadItem> items;
    for (std::uint32_t id = 0; id < x_plan.entries.size(); ++id) {
      const Entry& entry = x_plan.entries[id];
      if (entry.kind->mode != Mode::managed) continue;
      if (resolve_connection(id)) items.push_back(read_item(id));
    }
    observe(x_caller, items, x_plan.problems);
    for (std::uint32_t id = 0; id < x_plan.entries.size(); ++id) take_outputs(id);
  }

  // The connection as far as today's outputs tell; a record's own where the new one is not known yet.
  bool resolve_connection(std::uint32_t id) {
    const Entry& entry = x_plan.entries[id];
    const Resource* resource = x_plan.resource(entry);
    const Record* record = x_plan.record(entry);
    if (resource != nullptr) {
      const std::optional<std::string>& known = connection_text(resource->connection);
      if (known) x_connections[id] = *known;
      if (known) return true;
    }
    if (record == nullptr) return false;
    x_connections[id] = record->connection;
    return true;
  }

  const std::optional<std::string>& connection_text(const std::string& raw) {
    const auto found = x_connection_cache.find(raw);
    if (found != x_connection_cache.end() && found->second) return found->second;
    return x_connection_cache[raw] = x_values.evaluate_known(raw);
  }

  ReadItem read_item(std::uint32_t id) {
    const Entry& entry = x_plan.entries[id];
    const Record* record = x_plan.record(entry);
    ReadItem item;
    item.kind = entry.kind;
    item.address = x_plan.address(entry);
    item.connection = x_connections[id];
    item.into = &x_seen[id];
    if (record != nullptr) {
      item.identity = record->identity;
      item.desired = record->applied_text();
      item.outputs = record->outputs;
    } else {
      item.desired = x_plan.resource(entry)->desired;
      if (const std::string* adopted = adoption(id)) item.identity = x_adopted.emplace_back(quote(*adopted));
    }
    return item;
  }

  const std::string* adoption(std::uint32_t id) const {
    const Resource& resource = *x_plan.resource(x_plan.entries[id]);
    const auto policy = x_request.policies.find(resource.component);
    if (policy == x_request.policies.end()) return nullptr;
    const auto found = policy->second.adopt.find(resource.address);
    return found == policy->second.adopt.end() ? nullptr : &found->second;
  }

  // What a read says about outputs is newer than what is recorded.
  void take_outputs(std::uint32_t id) {
    Entry& entry = x_plan.entries[id];
    const Observation& seen = x_seen[id];
    if (seen.outputs.empty() || seen.result != Result::present || seen.owner != Observation::Owner::mine) return;
    if (entry.outputs_known && entry.outputs == seen.outputs) return;
    const Json before = entry.outputs_known ? parse_json(entry.outputs) : Json::object();
    Json after = before;
    after.update(parse_json(seen.outputs));
    if (entry.outputs_known && after == before) return;
    entry.outputs = canonical(after);
    entry.outputs_known = true;
    entry.refresh = entry.record >= 0;
    x_new_outputs[id] = true;
    x_values.forget(x_plan.address(entry));
  }

  // --- decide --------------------------------------------------------------------------------------------------

  void plan_level(const Ids& level) {
    look_later(level);
    std::vector<PlanQuestion> questions;
    for (std::uint32_t id : level) {
      const Entry& entry = x_plan.entries[id];
      if (entry.kind->mode == Mode::check) continue;
      if (entry.kind->mode == Mode::lookup) {
        plan_lookup(id);
      } else if (!is_unchanged(id)) {
        plan_managed(id, questions);
      }
    }
    ask_plugins(x_caller, questions, x_plan.problems);
    for (const PlanQuestion& question : questions) take_prediction(question);
  }

  // Lookups, and new resources whose connection became known by what was read in the levels before.
  void look_later(const Ids& level) {
    std::vector<ReadItem> items;
    for (std::uint32_t id : level) {
      const Entry& entry = x_plan.entries[id];
      if (entry.kind->mode == Mode::check || x_seen[id].result != Result::unread || !x_connections[id].empty()) continue;
      if (!resolve_connection(id)) continue;
      items.push_back(read_item(id));
      if (entry.kind->mode == Mode::lookup && !resolve_question(id, items.back())) items.pop_back();
    }
    observe(x_caller, items, x_plan.problems);
    for (const ReadItem& item : items) take_outputs(x_plan.index.at(item.address));
  }

  // A lookup's or check's own input must be known before it can be asked.
  bool resolve_question(std::uint32_t id, ReadItem& item) {
    const auto known = x_values.evaluate_known(x_plan.resource(x_plan.entries[id])->desired);
    if (known) item.desired = x_questions.emplace_back(*known);
    return known.has_value();
  }

  // Nothing to do, found by comparing bytes: the usual case, and the one that must be fast.
  bool is_unchanged(std::uint32_t id) {
    const Entry& entry = x_plan.entries[id];
    const Record* record = x_plan.record(entry);
    const Resource& resource = *x_plan.resource(entry);
    const Observation& seen = x_seen[id];
    if (record == nullptr || record->status != RecordStatus::ok || seen.result != Result::present ||
        seen.owner != Observation::Owner::mine)
      return false;
    if (resource.desired != record->desired || seen.observed != record->applied_text()) return false;
    if (x_request.replace.count(resource.address) != 0 || resource.desired.find("\"secret\"") != std::string::npos) return false;
    const auto& before = x_graph.before(id);
    if (std::any_of(before.begin(), before.end(), [&](NodeId b) { return x_new_outputs[b] || x_replaced.count(b) != 0; }))
      return false;
    note_refresh(id);
    return true;
  }

  void note_refresh(std::uint32_t id) {
    Entry& entry = x_plan.entries[id];
    const Record& record = *x_plan.record(entry);
    const Resource& resource = *x_plan.resource(entry);
    entry.refresh = entry.refresh || resource.edges != record.edges || resource.protect != record.protect ||
                    resource.on_delete != record.on_delete || resource.desired != record.desired ||
                    x_connections[id] != record.connection || record.schema_version != entry.kind->schema_version;
  }

  Policy policy_of(std::uint32_t id) const {
    const Resource& resource = *x_plan.resource(x_plan.entries[id]);
    Policy policy;
    if (const auto found = x_request.policies.find(resource.component); found != x_request.policies.end()) {
      policy.ignore = found->second.ignore;
      policy.on_conflict = found->second.on_conflict;
    }
    if (const std::string* id_text = adoption(id)) policy.adopt = *id_text;
    policy.replace_asked = x_request.replace.count(resource.address) != 0;
    for (const Edge& edge : resource.edges) {
      if (edge.kind == EdgeKind::needs || x_replaced.count(x_plan.index.at(edge.to)) == 0) continue;
      policy.parent_replaced = edge.to;
      policy.contained = edge.kind == EdgeKind::contained_in;
    }
    return policy;
  }

  void plan_managed(std::uint32_t id, std::vector<PlanQuestion>& questions) {
    const Entry& entry = x_plan.entries[id];
    const Resource& resource = *x_plan.resource(entry);
    const Record* record = x_plan.record(entry);
    const bool asked = !x_connections[id].empty() || resource.connection.empty();
    if (asked && x_seen[id].result == Result::unread) return;  // its read failed: the problem is in the list already
    // A new resource needs no comparison, so its desired value stays text.
    const bool fresh = record == nullptr && (!asked || x_seen[id].result == Result::absent);
    const Json desired = fresh ? Json() : x_values.evaluate(resource.desired);
    Policy policy = policy_of(id);
    Decision decision = decide(*entry.kind, resource.address, desired, record, x_seen[id], policy);
    if (decision.action == Action::none && !decision.waits_only && decision.blocked.empty() && !decision.problem) {
      note_refresh(id);
      x_plan.entries[id].refresh |= decision.refresh;
      if (x_seen[id].owner != Observation::Owner::mine) take_yielded(id);
      return;
    }
    const Confidence confidence = !asked                                            ? Confidence::deferred
                                  : has_unknown_inputs(id, resource, desired, fresh) ? Confidence::predicted
                                                                                     : Confidence::exact;
    const std::uint32_t operation = add_operation(id, std::move(decision), confidence);
    x_plan.operations[operation].policy = std::move(policy);
    if (entry.kind->plans && asked && x_plan.operations[operation].blocked.empty())
      questions.push_back(question(id, operation, fresh ? x_values.evaluate(resource.desired) : desired));
  }

  void take_yielded(std::uint32_t id) {
    Entry& entry = x_plan.entries[id];
    if (x_seen[id].outputs.empty()) return;
    entry.outputs = x_seen[id].outputs;
    entry.outputs_known = true;
    x_new_outputs[id] = true;
  }

  bool has_unknown_inputs(std::uint32_t id, const Resource& resource, const Json& desired, bool fresh) const {
    if (!fresh) return contains_unknown(desired);
    if (!has_nodes(resource.desired)) return false;
    const auto& before = x_graph.before(id);
    return std::any_of(before.begin(), before.end(), [&](NodeId b) {
      return !x_plan.entries[b].outputs_known || x_plan.entries[b].outputs.find("\"unknown\"") != std::string::npos;
    });
  }

  std::uint32_t add_operation(std::uint32_t id, Decision decision, Confidence confidence) {
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
  void note_outputs(std::uint32_t id, Action action) {
    Entry& entry = x_plan.entries[id];
    if (action == Action::replace) x_replaced.insert(id);
    if (action == Action::create && entry.record >= 0) x_replaced.insert(id);
    if (action != Action::create && action != Action::replace) return;
    entry.outputs_known = false;
    entry.outputs.clear();
    x_new_outputs[id] = true;
    x_values.forget(x_plan.address(entry));
  }

  PlanQuestion question(std::uint32_t id, std::uint32_t operation, const Json& desired) {
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

  void take_prediction(const PlanQuestion& q) {
    Operation& operation = x_plan.operations[q.operation];
    Entry& entry = x_plan.entries[q.entry];
    operation.restarts = q.answer.restarts;
    for (const std::string& text : q.answer.reasons) operation.reasons.push_back({"plugin", text});
    std::erase_if(operation.changes, [&](const LeafChange& c) {
      return std::any_of(q.answer.ignore.begin(), q.answer.ignore.end(),
                         [&](const std::string& p) { return covers(p, c.path); });
    });
    if (operation.action == Action::update && !q.answer.replace.empty()) {
      operation.action = Action::replace;
      for (const auto& [path, why] : q.answer.replace) operation.reasons.push_back({"immutable", path + ": " + why});
      note_outputs(q.entry, Action::replace);
    } else if (operation.action == Action::update && operation.changes.empty() && !q.answer.ignore.empty()) {
      drop_operation(q.entry);
      return;
    }
    if (q.answer.outputs.empty()) return;
    entry.outputs = q.answer.outputs;
    entry.outputs_known = true;
    x_new_outputs[q.entry] = true;
    x_values.forget(x_plan.address(entry));
  }

  // The plugin says that nothing of what differs matters: the operation stays in its slot, without an effect.
  void drop_operation(std::uint32_t id) {
    Entry& entry = x_plan.entries[id];
    x_plan.operations[static_cast<std::size_t>(entry.operation)].action = Action::none;
    entry.operation = -1;
    note_refresh(id);
  }

  void plan_lookup(std::uint32_t id) {
    Entry& entry = x_plan.entries[id];
    const Observation& seen = x_seen[id];
    x_new_outputs[id] = true;
    if (seen.result == Result::unread) {
      Decision deferred;
      deferred.reasons.push_back({"lookup", "what it asks for is not known yet"});
      add_operation(id, std::move(deferred), Confidence::deferred);
      return;
    }
    if (seen.result == Result::present) {
      entry.outputs = seen.outputs.empty() ? "{}" : seen.outputs;
      entry.outputs_known = true;
      return;
    }
    Diagnostic& d = x_plan.problems.error("plan.lookup-failed", "something that the stack relies on was not found");
    d.address = x_plan.address(entry);
    d.detail = d.address + ": " + (seen.message.empty() ? "it is not there" : seen.message);
  }

  // --- checks --------------------------------------------------------------------------------------------------

  // Only checks that guard work of this plan are asked.
  void look_at_checks() {
    std::vector<ReadItem> items;
    for (std::uint32_t id = 0; id < x_plan.desired.size(); ++id) {
      if (x_plan.entries[id].kind->mode != Mode::check || !guards_work(id)) continue;
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

  bool guards_work(std::uint32_t id) const {
    const auto& after = x_graph.after(id);
    return std::any_of(after.begin(), after.end(), [&](NodeId a) { return x_plan.entries[a].operation >= 0; });
  }

  void judge(const ReadItem& item) {
    if (item.into->verdict == "pass") return;
    const bool warns = item.into->verdict == "warn";
    Diagnostic d;
    d.severity = warns ? Severity::warning : Severity::error;
    d.code = "plan.check-failed";
    d.summary = warns ? "a check warns" : "a check failed";
    d.address = std::string(item.address);
    d.detail = d.address + ": " + (item.into->message.empty() ? "it gave no reason" : item.into->message);
    x_plan.problems.add(std::move(d));
  }

  // --- removals ------------------------------------------------------------------------------------------------

  void plan_removals() {
    for (std::uint32_t id = static_cast<std::uint32_t>(x_plan.desired.size()); id < x_plan.entries.size(); ++id) {
      const Record& record = *x_plan.record(x_plan.entries[id]);
      add_operation(id, decide_removal(record, x_seen[id], why_removed(record)), Confidence::exact);
    }
    for (std::uint32_t id = static_cast<std::uint32_t>(x_plan.desired.size()); id < x_plan.entries.size(); ++id)
      note_implied(id);
  }

  Reason why_removed(const Record& record) const {
    if (x_plan.destroy) return {"destroy", "the whole environment is taken down"};
    if (x_request.disabled.count(record.component) != 0)
      return {"disabled", "component " + record.component + " is switched off in this environment"};
    return {"removed", "no longer in the stack"};
  }

  void note_implied(std::uint32_t id) {
    Entry& entry = x_plan.entries[id];
    for (const Edge& edge : x_plan.record(entry)->edges) {
      const auto parent = x_plan.index.find(edge.to);
      if (edge.kind != EdgeKind::contained_in || parent == x_plan.index.end()) continue;
      const Entry& container = x_plan.entries[parent->second];
      if (container.operation < 0) continue;
      const Action action = x_plan.operations[static_cast<std::size_t>(container.operation)].action;
      if (action != Action::remove && action != Action::replace) continue;
      Operation& operation = x_plan.operations[static_cast<std::size_t>(entry.operation)];
      operation.implied = operation.action == Action::remove;
      operation.reasons.push_back({"contained", "it goes with " + edge.to});
    }
  }

  const Caller& x_caller;
  PlanRequest x_request;
  Plan x_plan;
  Values x_values;
  Graph x_graph;  // over desired
  std::vector<NodeId> x_topological;
  std::vector<Observation> x_seen;         // by entry
  std::vector<std::string> x_connections;  // by entry, resolved
  std::vector<bool> x_new_outputs;         // by entry: not what is recorded
  std::set<std::uint32_t> x_replaced;      // entries that are made anew
  std::unordered_map<std::string, std::optional<std::string>> x_connection_cache;
  std::deque<std::string> x_questions;     // texts that read items borrow
  std::deque<std::string> x_adopted;
};

}  // namespace

Plan make_plan(const Caller& caller, PlanRequest request) { return Planner(caller, std::move(request)).build(); }

}  // namespace dfx
