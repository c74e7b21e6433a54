#include "core/plan/planning.hpp"

#include <algorithm>

#include "core/model/encode.hpp"
#include "core/plan/compare.hpp"
#include "core/plan/text.hpp"

namespace dfx {

// Everything that can be asked for before anything is decided, in one round.
void Planner::first_look() {
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
bool Planner::resolve_connection(std::uint32_t id) {
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
bool Planner::moves_away(std::uint32_t id) {
  const Entry& entry = x_plan.entries[id];
  const Json applied = parse_json(x_plan.record(entry)->applied_text());
  const auto changes = compare(*entry.kind, x_values.evaluate(x_plan.resource(entry)->desired), nullptr, &applied);
  return std::any_of(changes.begin(), changes.end(), [](const LeafChange& c) { return c.immutable && c.cause != LeafChange::Cause::unknown; });
}

void Planner::note_new_outputs(std::uint32_t id) {
  x_new_outputs[id] = true;
  x_values.forget(x_plan.address(x_plan.entries[id]));
  x_connection_cache.clear();
}

const std::optional<std::string>& Planner::connection_text(const std::string& raw) {
  const auto found = x_connection_cache.find(raw);
  if (found != x_connection_cache.end() && found->second) return found->second;
  return x_connection_cache[raw] = x_values.evaluate_known(raw);
}

ReadItem Planner::read_item(std::uint32_t id) {
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
std::string_view Planner::question_of(std::uint32_t id) {
  const std::string& desired = x_plan.resource(x_plan.entries[id])->desired;
  const auto& before = x_graph.before(id);
  const bool tells = has_nodes(desired) && std::any_of(before.begin(), before.end(), [&](NodeId b) { return x_plan.entries[b].outputs_known; });
  return tells ? x_questions.emplace_back(canonical(x_values.evaluate(desired))) : std::string_view(desired);
}

const std::string* Planner::adoption(std::uint32_t id) const {
  const Resource& resource = *x_plan.resource(x_plan.entries[id]);
  const auto policy = x_request.policies.find(resource.component);
  if (policy == x_request.policies.end()) return nullptr;
  const auto found = policy->second.adopt.find(resource.address);
  return found == policy->second.adopt.end() ? nullptr : &found->second;
}

// What a read says about outputs and identity is newer than what is recorded.
void Planner::take_outputs(std::uint32_t id) {
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
  note_new_outputs(id);
}

// False if there is an answer. What keeps several from being read is told once, at the first of them.
bool Planner::tell_failed_read(std::uint32_t id) {
  const Observation& seen = x_seen[id];
  if (seen.result != Result::unread || !x_asked[id]) return false;
  if (seen.problem == nullptr || !x_told.emplace(seen.problem->code, seen.problem->detail).second) return true;
  Diagnostic d = *seen.problem;
  d.address = x_plan.address(x_plan.entries[id]);
  x_plan.problems.add(std::move(d));
  return true;
}

// Lookups, new resources whose connection became known by what was read in the levels before, and what was read over
// a connection that they have shown to be an old one.
void Planner::look_later(const Ids& level) {
  std::vector<ReadItem> items;
  for (std::uint32_t id : level) {
    const Entry& entry = x_plan.entries[id];
    if (entry.kind->mode == Mode::check || (x_asked[id] && !is_reached_anew(id))) continue;
    if (!resolve_connection(id)) continue;
    x_seen[id] = {};
    items.push_back(read_item(id));
    if (entry.kind->mode == Mode::lookup && !resolve_question(id, items.back())) items.pop_back();
  }
  observe(x_caller, items, x_plan.problems);
  for (const ReadItem& item : items) {
    const std::uint32_t id = x_plan.index.at(item.address);
    guarded(id, [&] { take_outputs(id); });
  }
}

// Its makers have other outputs than those that are recorded, and they tell where it is to be asked for now.
bool Planner::is_reached_anew(std::uint32_t id) {
  if (x_moves_away[id] || !has_new_makers(id)) return false;
  const std::optional<std::string>& known = connection_text(x_plan.resource(x_plan.entries[id])->connection);
  return known && *known != x_connections[id];
}

bool Planner::has_new_makers(std::uint32_t id) const {
  const auto& before = x_graph.before(id);
  return has_nodes(x_plan.resource(x_plan.entries[id])->connection) &&
         std::any_of(before.begin(), before.end(), [&](NodeId b) { return x_new_outputs[b]; });
}

// A lookup's or check's own input must be known before it can be asked.
bool Planner::resolve_question(std::uint32_t id, ReadItem& item) {
  const auto known = x_values.evaluate_known(x_plan.resource(x_plan.entries[id])->desired);
  if (known) item.desired = x_questions.emplace_back(*known);
  return known.has_value();
}

}  // namespace dfx
