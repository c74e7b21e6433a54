// Rows that the plan found different from the store without anything to do outside.
#include "core/exec/coordinator.hpp"
#include "core/model/encode.hpp"

namespace dfx {

// Moves may swap addresses: all rows step aside before the first takes its new place. One transaction.
void Coordinator::move_rows() {
  const auto rename = [this](const std::string& from, const std::string& to, const Record& record) {
    Change change;
    change.kind = Change::Kind::rename;
    change.from = from;
    change.record = record;
    change.record.address = to;
    note(std::move(change));
  };
  const auto aside = [](std::size_t number) { return "~" + std::to_string(number); };
  for (std::size_t i = 0; i < x_plan.moves.size(); ++i)
    rename(x_plan.moves[i].from, aside(i), *x_plan.record(x_plan.entries[x_plan.index.at(x_plan.moves[i].to)]));
  for (std::size_t i = 0; i < x_plan.moves.size(); ++i)
    rename(aside(i), x_plan.moves[i].to, *x_plan.record(x_plan.entries[x_plan.index.at(x_plan.moves[i].to)]));
  for (std::size_t i = 0; i < x_plan.rewritten.size(); ++i) {
    if (!x_plan.rewritten[i]) continue;
    Change change;
    change.record = x_plan.records[i];
    note(std::move(change));
  }
}

// Edges, guards, outputs, settled intents.
void Coordinator::refresh_rows() {
  for (const Entry& entry : x_plan.entries) {
    if (!entry.refresh || entry.operation >= 0 || entry.record < 0 || entry.resource < 0) continue;
    const Resource& resource = *x_plan.resource(entry);
    Change change;
    change.record = *x_plan.record(entry);
    const std::string before = change.record.applied_text();
    change.record.desired = resource.desired;
    // A value that is not known now did not matter to the plan: what was sent stays what was sent.
    change.record.applied = has_nodes(resource.desired) ? x_values.evaluate_known(resource.desired).value_or(before) : "";
    change.record.edges = resource.edges;
    change.record.protect = resource.protect;
    change.record.on_delete = resource.on_delete;
    change.record.outputs = entry.outputs;
    if (!entry.identity.empty()) change.record.identity = entry.identity;
    change.record.schema_version = entry.kind->schema_version;
    change.record.status = RecordStatus::ok;
    if (const auto known = x_values.evaluate_known(resource.connection)) change.record.connection = *known;
    note(std::move(change));
  }
}

}  // namespace dfx
