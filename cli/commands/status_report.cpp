#include "cli/commands/status_report.hpp"

#include <algorithm>
#include <map>

#include "cli/exit_code.hpp"
#include "cli/render/value.hpp"
#include "core/model/encode.hpp"

namespace dfx {
namespace {

constexpr const char* k_too_slow = "did not answer in the time that a status gives it";

class Reporter {
 public:
  explicit Reporter(const StatusInput& input) : x_input(input) {
    for (const Component& component : input.stack.components) health(component.name).enabled = component.enabled;
  }

  StatusReport report() {
    x_out.stack = x_input.stack.name;
    x_out.environment = x_input.stack.environment;
    x_out.simulated = x_input.stack.sandbox;
    x_out.looked = x_input.plan != nullptr;
    x_out.resources = x_input.rows.size();
    for (const Record& row : x_input.rows) take(row);
    if (x_input.plan != nullptr) take(*x_input.plan);
    std::sort(x_out.troubles.begin(), x_out.troubles.end(),
              [](const Trouble& a, const Trouble& b) { return std::tie(a.text, a.command, a.address) < std::tie(b.text, b.command, b.address); });
    return std::move(x_out);
  }

 private:
  ComponentHealth& health(const std::string& name) {
    for (ComponentHealth& c : x_out.components)
      if (c.name == name) return c;
    x_out.components.push_back({name});
    return x_out.components.back();
  }

  ComponentHealth& health_at(const std::string& address) { return health(address.substr(0, address.find('/'))); }

  void trouble(const std::string& address, const std::string& text, const std::string& command, const std::string& help = {}) {
    ++health_at(address).troubled;
    x_out.troubles.push_back({address, text, command, help});
  }

  void take(const Record& row) {
    ++health(row.component).resources;
    if (x_input.plan != nullptr) return;  // the plan knows better
    if (is_in_flight(&row)) under_way(row.address);
    else if (is_in_doubt(row.status)) trouble(row.address, "the last run did not finish it" + why(row.address), x_input.commands.apply);
    else if (row.status == RecordStatus::waiting) trouble(row.address, "was not seen healthy yet" + why(row.address), x_input.commands.apply);
  }

  bool is_in_flight(const Record* row) const {
    return x_input.running && row != nullptr && (is_in_doubt(row->status) || row->status == RecordStatus::waiting);
  }

  void under_way(const std::string& address) {
    ++health_at(address).under_way;
    ++x_out.under_way;
  }

  // What the last run said about it, behind a colon.
  std::string why(const std::string& address) const {
    const auto found = x_input.failures.find(address);
    return found == x_input.failures.end() ? "" : ": " + found->second;
  }

  void take(const Plan& plan) {
    for (const Operation& o : plan.operations) take(plan, o);
    for (const Diagnostic& d : plan.problems.list()) {
      if (d.severity != Severity::error) continue;
      const std::string text = d.summary + (d.detail.empty() ? "" : ": " + d.detail);
      const bool too_slow = x_input.gave_up && d.error_class == ErrorClass::cancelled;
      problem(d.address, too_slow ? k_too_slow : text, x_input.commands.plan, d.help);
    }
  }

  // One without an address concerns no component more than another.
  void problem(const std::string& address, const std::string& text, const std::string& command, const std::string& help) {
    if (!address.empty()) trouble(address, text, command, help);
    else x_out.troubles.push_back({"", text, command, help});
  }

  void take(const Plan& plan, const Operation& o) {
    const std::string& address = plan.address(plan.entries[o.entry]);
    const Record* row = plan.record(plan.entries[o.entry]);
    if (!o.blocked.empty()) {
      const auto& reason = o.observation.problem;
      trouble(address, o.blocked, x_input.commands.plan, reason != nullptr ? reason->help : "");
    } else if (is_in_flight(row)) {
      under_way(address);
    } else if (row != nullptr && is_in_doubt(row->status)) {
      trouble(address, "the last run did not finish it" + why(address), x_input.commands.apply);
    } else if (o.waits_only) {
      trouble(address, "is not healthy yet" + (o.observation.message.empty() ? "" : ": " + o.observation.message), x_input.commands.apply);
    } else if (o.action != Action::none && row != nullptr && is_drift(o)) {
      trouble(address, drift_text(o), x_input.commands.apply);
    } else if (o.action != Action::none && !x_input.running && x_input.failures.count(address) != 0) {
      trouble(address, "the last run failed at it" + why(address), x_input.commands.apply);
    } else if (o.action != Action::none) {
      ++health_at(address).pending;
      ++x_out.pending;
    }
  }

  static std::string drift_text(const Operation& o) {
    if (o.action == Action::create) return "is gone: deleted outside dfx";
    std::string out = "was changed outside dfx";
    for (std::size_t i = 0; i < o.changes.size() && i < 3; ++i) out += (i == 0 ? ": " : ", ") + o.changes[i].path.substr(std::min<std::size_t>(1, o.changes[i].path.size()));
    return out;
  }

  const StatusInput& x_input;
  StatusReport x_out;
};

class Rows {
 public:
  Rows(const std::vector<Record>& records, const std::vector<Trouble>& troubles) : x_troubles(troubles) {
    for (const Record& record : records) x_records.emplace(record.address, &record);
  }

  StatusRow row(const Json& wanted) const {
    StatusRow out{wanted.value("component", ""), wanted.value("label", ""), "", false};
    const std::string address = wanted.value("health", "");
    if (!address.empty()) health(out, address);
    else if (wanted.contains("value")) out.text = text_of(evaluate(wanted["value"], [this](const auto& a, const auto& p) { return output(a, p); }));
    return out;
  }

 private:
  void health(StatusRow& out, const std::string& address) const {
    const auto found = x_records.find(address);
    for (const Trouble& trouble : x_troubles) out.troubled = out.troubled || trouble.address == address;
    out.text = found == x_records.end() ? "not there yet" : out.troubled ? "has a problem" : found->second->status != RecordStatus::ok ? "under way" : "ok";
    if (found == x_records.end()) return;
    const Json where = output(address, "/address");
    if (where.is_string()) out.text += "  " + where.get<std::string>();
  }

  Json output(const std::string& address, const std::string& path) const {
    const auto found = x_records.find(address);
    const Json unknown = {{"$dfx", {{"unknown", "not recorded"}}}};
    if (found == x_records.end() || found->second->outputs.empty()) return unknown;
    const Json outputs = parse_json(found->second->outputs);
    const Json::json_pointer pointer(path);
    return outputs.contains(pointer) ? outputs.at(pointer) : unknown;
  }

  static std::string text_of(const Json& value) { return value.is_string() ? value.get<std::string>() : value_text(value); }

  std::map<std::string, const Record*> x_records;
  const std::vector<Trouble>& x_troubles;
};

}  // namespace

std::vector<StatusRow> status_rows(const std::vector<Json>& wanted, const std::vector<Record>& records,
                                   const std::vector<Trouble>& troubles) {
  const Rows rows(records, troubles);
  std::vector<StatusRow> out;
  for (const Json& one : wanted) out.push_back(rows.row(one));
  return out;
}

StatusReport make_status(const StatusInput& input) { return Reporter(input).report(); }

const char* verdict_of(const StatusReport& r) {
  if (!r.holder.empty()) return "running";
  if (!r.troubles.empty()) return "problems";
  if (r.resources == 0) return "nothing";
  if (!r.looked) return "unknown";
  return r.pending > 0 ? "changes" : "well";
}

}  // namespace dfx
