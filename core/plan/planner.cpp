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
#include "core/plan/moves.hpp"
#include "core/plan/observe.hpp"
#include "core/plan/text.hpp"
#include "core/plan/values.hpp"

namespace dfx {
namespace {

using Result = Observation::Result;

constexpr std::chrono::seconds k_normalize_timeout{10};

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
    settle_lookups();
    order_steps(x_plan);
    x_plan.refreshes = std::any_of(x_plan.entries.begin(), x_plan.entries.end(), [this](const Entry& e) {
      return e.record >= 0 && (is_rewritten(e) || (e.operation < 0 && e.refresh));
    });
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
    move_records(x_plan, x_request.moves, x_request.renamed_kinds);
    for (std::size_t i = 0; i < x_plan.records.size(); ++i) {
      if (!migrate_record(x_caller, x_plan.records[i])) continue;
      x_plan.rewritten.resize(x_plan.records.size(), false);
      x_plan.rewritten[i] = true;
    }
  }

  bool is_rewritten(const Entry& entry) const {
    return !x_plan.rewritten.empty() && x_plan.rewritten[static_cast<std::size_t>(entry.record)];
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
    x_replaced.assign(x_plan.entries.size(), false);
    x_asked.assign(x_plan.entries.size(), false);
    x_moves_away.assign(x_plan.entries.size(), false);
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
    for (std::uint32_t id = 0; id < x_plan.entries.size(); ++id) guarded(id, [&] { take_outputs(id); });
  }

  // The connection as far as today's outputs tell; a record's own where the new one is not known yet.
  bool resolve_connection(std::uint32_t id) {
    const Entry& entry = x_plan.entries[id];
    const Resource* resource = x_plan.resource(entry);
    const Record* record = x_plan.record(entry);
    if (resource != nullptr) {
      const std::optional<std::string>& known = connection_text(resource->connection);
      if (known) {
        x_moves_away[id] = record != nullptr && *known != record->connection && moves_away(id);
        x_connections[id] = x_moves_away[id] ? record->connection : *known;
        return x_asked[id] = true;
      }
    }
    if (record == nullptr) return false;
    x_connections[id] = record->connection;
    return x_asked[id] = true;
  }

  // It is to be reached elsewhere and cannot be changed in place: the old one is where it was recorded.
  bool moves_away(std::uint32_t id) {
    const Entry& entry = x_plan.entries[id];
    const Json applied = parse_json(x_plan.record(entry)->applied_text());
    const auto changes = compare(*entry.kind, x_values.evaluate(x_plan.resource(entry)->desired), nullptr, &applied);
    return std::any_of(changes.begin(), changes.end(), [](const LeafChange& c) { return c.immutable && c.cause != LeafChange::Cause::unknown; });
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
      item.desired = question_of(id);
      if (const std::string* adopted = adoption(id)) item.identity = x_adopted.emplace_back(quote(*adopted));
    }
    return item;
  }

  // What is wanted, as far as today's outputs tell. Text without anything known in it stays as it is.
  std::string_view question_of(std::uint32_t id) {
    const std::string& desired = x_plan.resource(x_plan.entries[id])->desired;
    const auto& before = x_graph.before(id);
    const bool tells = has_nodes(desired) && std::any_of(before.begin(), before.end(), [&](NodeId b) { return x_plan.entries[b].outputs_known; });
    return tells ? x_questions.emplace_back(canonical(x_values.evaluate(desired))) : std::string_view(desired);
  }

  const std::string* adoption(std::uint32_t id) const {
    const Resource& resource = *x_plan.resource(x_plan.entries[id]);
    const auto policy = x_request.policies.find(resource.component);
    if (policy == x_request.policies.end()) return nullptr;
    const auto found = policy->second.adopt.find(resource.address);
    return found == policy->second.adopt.end() ? nullptr : &found->second;
  }

  // What a read says about outputs and identity is newer than what is recorded.
  void take_outputs(std::uint32_t id) {
    Entry& entry = x_plan.entries[id];
    const Observation& seen = x_seen[id];
    if (seen.result != Result::present || seen.owner != Observation::Owner::mine) return;
    if (entry.record >= 0 && !seen.identity.empty() && x_plan.record(entry)->identity != seen.identity) {
      entry.identity = seen.identity;
      entry.refresh = true;
    }
    if (seen.outputs.empty()) return;
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
        guarded(id, [&] { plan_managed(id, questions); });
      }
    }
    ask_plugins(x_caller, questions, x_plan.problems);
    for (const PlanQuestion& question : questions) guarded(question.entry, [&] { take_prediction(question); });
  }

  // A plugin's garbage is a problem of its resource, not the end of the plan.
  template <typename Work>
  void guarded(std::uint32_t id, const Work& work) {
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

  // Lookups, and new resources whose connection became known by what was read in the levels before.
  void look_later(const Ids& level) {
    std::vector<ReadItem> items;
    for (std::uint32_t id : level) {
      const Entry& entry = x_plan.entries[id];
      if (entry.kind->mode == Mode::check || x_asked[id]) continue;
      if (!resolve_connection(id)) continue;
      items.push_back(read_item(id));
      if (entry.kind->mode == Mode::lookup && !resolve_question(id, items.back())) items.pop_back();
    }
    observe(x_caller, items, x_plan.problems);
    for (const ReadItem& item : items) {
      const std::uint32_t id = x_plan.index.at(item.address);
      guarded(id, [&] { take_outputs(id); });
    }
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
    if (resource.edges != record->edges || resource.desired != record->desired || seen.observed != record->applied_text()) return false;
    if (x_request.replace.count(resource.address) != 0 || resource.desired.find("\"secret\"") != std::string::npos) return false;
    const auto& before = x_graph.before(id);
    if (std::any_of(before.begin(), before.end(), [&](NodeId b) { return x_new_outputs[b] || x_replaced[b]; }))
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
                    x_connections[id] != record.connection;
  }

  Policy policy_of(std::uint32_t id) {
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

  void note_parent(Policy& policy, const std::vector<Edge>& edges) const {
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

  // Its connection will be another one than that over which it was read.
  bool is_moving(std::uint32_t id) {
    const Resource& resource = *x_plan.resource(x_plan.entries[id]);
    const auto& before = x_graph.before(id);
    const bool may = has_nodes(resource.connection) &&
                     std::any_of(before.begin(), before.end(), [&](NodeId b) { return x_new_outputs[b]; });
    return may && x_values.evaluate_known(resource.connection) != x_connections[id];
  }

  void plan_managed(std::uint32_t id, std::vector<PlanQuestion>& questions) {
    const Entry& entry = x_plan.entries[id];
    const Resource& resource = *x_plan.resource(entry);
    const Record* record = x_plan.record(entry);
    if (x_asked[id] && x_seen[id].result == Result::unread) return;  // its read failed: the problem is in the list already
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
    if (is_idle(decision)) {
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

  static bool is_idle(const Decision& d) {
    return d.action == Action::none && !d.waits_only && d.blocked.empty() && !d.problem;
  }

  // Two spellings of one value ("1d", "24h") are no difference: the plugin knows which is which.
  Decision without_spelling(std::uint32_t id, Decision decision, const Json& desired, const Policy& policy) {
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
  bool validate(std::uint32_t id) {
    const Entry& entry = x_plan.entries[id];
    const Diagnostics wrong = x_request.validate(*entry.kind, x_plan.resource(entry)->desired);
    for (Diagnostic d : wrong.list()) {
      d.address = x_plan.address(entry);
      x_plan.problems.add(std::move(d));
    }
    return !wrong.has_errors();
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
    if (action == Action::replace) x_replaced[id] = true;
    if (action == Action::create && entry.record >= 0 && x_asked[id]) x_replaced[id] = true;
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
    if (!q.answer.ignore.empty() && !decide_again(q)) return;
    Operation& operation = x_plan.operations[q.operation];
    Entry& entry = x_plan.entries[q.entry];
    operation.restarts = q.answer.restarts;
    for (const std::string& text : q.answer.reasons) operation.reasons.push_back({"plugin", text});
    if (operation.action == Action::update && !q.answer.replace.empty()) replace_as_predicted(q, operation);
    if (q.answer.outputs.empty()) return;
    entry.outputs = q.answer.outputs;
    entry.outputs_known = true;
    x_new_outputs[q.entry] = true;
    x_values.forget(x_plan.address(entry));
  }

  // Differences that the plugin says do not matter. False: nothing is left to do.
  bool decide_again(const PlanQuestion& q) {
    Operation& operation = x_plan.operations[q.operation];
    const Entry& entry = x_plan.entries[q.entry];
    Policy policy = operation.policy;
    policy.ignore.insert(policy.ignore.end(), q.answer.ignore.begin(), q.answer.ignore.end());
    Decision decision = decide(*entry.kind, q.address, parse_json(q.desired), x_plan.record(entry), operation.observation, policy);
    operation.action = decision.action;
    operation.changes = std::move(decision.changes);
    operation.reasons = std::move(decision.reasons);
    operation.waits_only = decision.waits_only;
    if (!is_idle(decision)) return true;
    drop_operation(q.entry);
    return false;
  }

  void replace_as_predicted(const PlanQuestion& q, Operation& operation) {
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
    if (seen.result == Result::present) {
      entry.outputs = seen.outputs.empty() ? "{}" : seen.outputs;
      entry.outputs_known = true;
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

  static std::string or_else(const std::string& text, const char* otherwise) { return text.empty() ? otherwise : text; }

  // A lookup without an answer matters to work that needs it; otherwise it is worth a word and no more.
  void settle_lookups() {
    for (std::uint32_t id : x_unfound) {
      Operation& operation = x_plan.operations[static_cast<std::size_t>(x_plan.entries[id].operation)];
      const bool matters = guards_work(id);
      if (matters && !operation.blocked.empty()) continue;
      Diagnostic d;
      d.severity = matters ? Severity::error : Severity::warning;
      d.code = "plan.lookup-failed";
      d.summary = "something that the stack relies on was not found";
      d.address = x_plan.address(x_plan.entries[id]);
      d.detail = d.address + ": " + or_else(operation.observation.message, operation.blocked.empty() ? "it is not there" : "it cannot be reached");
      x_plan.problems.add(std::move(d));
      operation.blocked.clear();
      x_plan.entries[id].operation = -1;
    }
  }

  // --- checks --------------------------------------------------------------------------------------------------

  // Only checks that guard work of this plan are asked.
  void look_at_checks() {
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

  void block_check(const ReadItem& item) {
    Decision blocked;
    blocked.blocked = or_else(item.into->message, "it cannot be reached");
    add_operation(x_plan.index.at(item.address), std::move(blocked), Confidence::exact);
  }

  bool guards_work(std::uint32_t id) const {
    const auto& after = x_graph.after(id);
    return std::any_of(after.begin(), after.end(), [&](NodeId a) { return x_plan.entries[a].operation >= 0; });
  }

  // Is something that needs it made where nothing is? What is made anew stands in its own way until its turn.
  bool guards_creation(std::uint32_t id) const {
    const auto& after = x_graph.after(id);
    return std::any_of(after.begin(), after.end(), [&](NodeId a) {
      const std::int32_t operation = x_plan.entries[a].operation;
      return operation >= 0 && x_plan.operations[static_cast<std::size_t>(operation)].action == Action::create;
    });
  }

  void judge(const ReadItem& item) {
    if (item.into->verdict == "pass" || item.into->result == Result::unread) return;
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
    d.detail = d.address + ": " + or_else(item.into->message, "it gave no reason");
    x_plan.problems.add(std::move(d));
  }

  // --- removals ------------------------------------------------------------------------------------------------

  void plan_removals() {
    x_settled.assign(x_plan.entries.size(), false);
    for (std::uint32_t id = static_cast<std::uint32_t>(x_plan.desired.size()); id < x_plan.entries.size(); ++id) {
      const Record& record = *x_plan.record(x_plan.entries[id]);
      add_operation(id, decide_removal(record, x_seen[id], why_removed(record)), Confidence::exact);
    }
    for (std::uint32_t id = static_cast<std::uint32_t>(x_plan.desired.size()); id < x_plan.entries.size(); ++id)
      settle_contained(id);
  }

  Reason why_removed(const Record& record) const {
    if (x_plan.destroy) return {"destroy", "the whole environment is taken down"};
    if (x_request.disabled.count(record.component) != 0)
      return {"disabled", "component " + record.component + " is switched off in this environment"};
    return {"removed", "no longer in the stack"};
  }

  // A container's death settles what is in it: no call, and nobody has to be asked whether it is there.
  void settle_contained(std::uint32_t id) {
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

  void follow_container(std::uint32_t id, const std::string& address, const Operation& container) {
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

  static bool has_reason(const Operation& operation, std::string_view code) {
    return std::any_of(operation.reasons.begin(), operation.reasons.end(), [&](const Reason& r) { return r.code == code; });
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
  std::vector<bool> x_replaced;            // by entry: made anew
  std::vector<bool> x_asked;               // by entry: its connection was known, so it was read
  std::vector<bool> x_moves_away;          // by entry: read where it was recorded, to be made elsewhere
  std::vector<bool> x_settled;             // by entry: its container's fate is part of its own
  Ids x_unfound;                           // lookups without an answer
  std::unordered_map<std::string, std::optional<std::string>> x_connection_cache;
  std::deque<std::string> x_questions;     // texts that read items borrow
  std::deque<std::string> x_adopted;
  std::set<const Kind*> x_literal_kinds;   // kinds without `normalize`
};

}  // namespace

Plan make_plan(const Caller& caller, PlanRequest request) { return Planner(caller, std::move(request)).build(); }

}  // namespace dfx
