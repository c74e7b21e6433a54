#include "core/plan/plan_json.hpp"

#include <algorithm>

#include "core/model/encode.hpp"
#include "core/plan/compare.hpp"

namespace dfx {
namespace {

constexpr const char* k_secret = "(secret)";

bool is_secret_path(const Kind& kind, const std::string& path) {
  return std::any_of(kind.secret_paths.begin(), kind.secret_paths.end(), [&](const std::string& p) { return covers(p, path); });
}

// Handles, digests and whatever stands at a sensitive path become one word; other nodes stay for programs to see.
Json without_secrets(const Kind& kind, const std::string& path, const Json& value) {
  const bool secret = is_dfx_node(value) ? contains_secret(value) : is_secret_path(kind, path) && !value.is_null() && !contains_unknown(value);
  if (secret) return k_secret;
  if (!value.is_structured() || is_dfx_node(value)) return value;
  Json out = value;
  if (value.is_object())
    for (auto& [key, inner] : out.items()) inner = without_secrets(kind, path + "/" + key, inner);
  else
    for (Json& inner : out) inner = without_secrets(kind, path + "/-", inner);
  return out;
}

Json place_json(const Place& place) {
  return {{"file", place.file}, {"line", place.line}, {"column", place.column}, {"length", place.length}};
}

Json changes_json(const Kind& kind, const std::vector<LeafChange>& changes) {
  Json out = Json::array();
  for (const LeafChange& c : changes)
    out.push_back({{"path", c.path}, {"before", without_secrets(kind, c.path, c.before)},
                   {"after", without_secrets(kind, c.path, c.after)}, {"cause", to_string(c.cause)}, {"immutable", c.immutable}});
  return out;
}

Json reasons_json(const std::vector<Reason>& reasons) {
  Json out = Json::array();
  for (const Reason& r : reasons) out.push_back({{"code", r.code}, {"text", r.text}});
  return out;
}

Json edges_json(const std::vector<Edge>& edges) {
  Json out = Json::array();
  for (const Edge& e : edges) out.push_back({{"to", e.to}, {"kind", to_string(e.kind)}});
  return out;
}

Json moves_json(const Plan& plan) {
  Json out = Json::array();
  for (const Move& m : plan.moves) out.push_back({{"from", m.from}, {"to", m.to}});
  return out;
}

Json steps_json(const Plan& plan) {
  Json out = Json::array();
  for (NodeId n = 0; n < plan.steps.size(); ++n) {
    const Operation& operation = plan.operations[plan.steps[n].operation];
    Json after = Json::array();
    for (NodeId before : plan.order.before(n)) after.push_back(before);
    out.push_back({{"step", n}, {"do", to_string(plan.steps[n].kind)}, {"after", after},
                   {"address", plan.address(plan.entries[operation.entry])}});
  }
  return out;
}

}  // namespace

Json to_json(const Diagnostic& d) {
  Json out = {{"severity", d.severity == Severity::error ? "error" : "warning"}, {"code", d.code},
              {"summary", d.summary}, {"detail", d.detail}, {"help", d.help}};
  if (!d.address.empty()) out["address"] = d.address;
  if (!d.path.empty()) out["path"] = d.path;
  if (d.error_class != ErrorClass::none) out["class"] = to_string(d.error_class);
  if (d.place.known()) out["place"] = place_json(d.place);
  if (d.other_place.known()) out["other_place"] = place_json(d.other_place);
  return out;
}

Json desired_json(const Kind& kind, const Resource& resource) {
  return without_secrets(kind, "", parse_json(resource.desired));
}

Json to_json(const Plan& plan, const Operation& o) {
  const Entry& entry = plan.entries[o.entry];
  Json out = {{"address", plan.address(entry)}, {"kind", entry.kind->name}, {"action", to_string(o.action)},
              {"confidence", to_string(o.confidence)}, {"changes", changes_json(*entry.kind, o.changes)},
              {"reasons", reasons_json(o.reasons)}};
  if (!o.blocked.empty()) out["blocked"] = o.blocked;
  if (o.restarts) out["restarts"] = true;
  if (o.waits_only) out["waits"] = true;
  if (o.resumes) out["resumes"] = true;
  if (o.implied) out["with"] = o.container;
  if (entry.kind->severe && (o.action == Action::remove || o.action == Action::replace)) out["severe"] = true;
  if (const Resource* r = plan.resource(entry)) {
    out["desired"] = desired_json(*entry.kind, *r);
    out["edges"] = edges_json(r->edges);
  } else {
    out["edges"] = edges_json(plan.record(entry)->edges);
  }
  return out;
}

Json to_json(const Plan& plan) {
  Json operations = Json::array();
  for (const Operation& o : plan.operations)
    if (o.action != Action::none || !o.blocked.empty() || o.waits_only) operations.push_back(to_json(plan, o));
  const auto all = [](const Diagnostics& list) {
    Json out = Json::array();
    for (const Diagnostic& d : list.list()) out.push_back(to_json(d));
    return out;
  };
  Json counts = Json::object();
  for (Action a : {Action::create, Action::update, Action::replace, Action::remove, Action::forget, Action::adopt})
    counts[to_string(a)] = plan.count(a);
  return {{"format", 1}, {"stack", plan.stack}, {"environment", plan.environment}, {"destroy", plan.destroy},
          {"resources", plan.entries.size()}, {"counts", counts}, {"moves", moves_json(plan)}, {"operations", operations},
          {"steps", steps_json(plan)}, {"problems", all(plan.problems)}, {"obstacles", all(plan.obstacles)}};
}

}  // namespace dfx
