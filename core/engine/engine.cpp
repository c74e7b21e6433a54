#include "core/engine/engine.hpp"

#include "core/engine/expand.hpp"
#include "core/engine/places.hpp"
#include "core/engine/timeouts.hpp"
#include "core/model/encode.hpp"
#include "core/plan/values.hpp"

namespace dfx {
namespace {

// What a run is called in the store once it is over.
std::string verdict(const RunResult& result) {
  if (result.interrupted) return "interrupted";
  return result.complete() ? "ok" : "failed";
}

ComponentPolicy policy_of(const Component& component) {
  ComponentPolicy policy;
  policy.ignore = component.ignore;
  policy.on_conflict = component.on_conflict;
  for (const auto& [address, id] : component.adopt.items()) {
    const std::string full = address.compare(0, component.name.size() + 1, component.name + "/") == 0 ? address : component.name + "/" + address;
    policy.adopt[full] = id.is_string() ? id.get<std::string>() : canonical(id);
  }
  return policy;
}

Json null_for_unknown(Json value) {
  if (is_dfx_node(value)) return contains_unknown(value) ? Json() : value;
  if (value.is_structured())
    for (Json& inner : value) inner = null_for_unknown(std::move(inner));
  return value;
}

std::vector<Move> moves_of(const Stack& stack) {
  std::vector<Move> out;
  for (const Moved& moved : stack.moved) out.push_back({moved.from, moved.to});
  return out;
}

}  // namespace

Engine::Engine(EngineParts parts, const Stack& stack, Store* store)
    : x_parts(std::move(parts)), x_stack(stack), x_store(store) {
  const std::string id = store != nullptr ? store->stack_id() : "";
  x_caller = std::make_unique<Caller>(*x_parts.host, x_parts.secrets, id, stack.environment);
}

const Expanded& Engine::expand() {
  if (!x_is_expanded) x_expanded = expand_stack(*x_caller, x_parts, x_stack);
  x_is_expanded = true;
  return x_expanded;
}

Plan Engine::plan(const PlanOptions& options) {
  PlanRequest request;
  request.stack = x_stack.name;
  request.destroy = options.destroy;
  request.replace = options.replace;
  if (!options.destroy) request.desired = expand().resources;
  if (x_store != nullptr) request.records = x_store->load();
  request.moves = moves_of(x_stack);
  use_plugins_of(request);
  request.validate = [this](const Kind& kind, std::string_view desired) { return validate_desired(kind, desired); };
  for (const Component& component : x_stack.components) {
    request.policies[component.name] = policy_of(component);
    if (!component.enabled) request.disabled.insert(component.name);
  }
  Plan plan = make_plan(*x_caller, std::move(request));
  locate(plan.problems, plan, x_stack);
  locate(plan.obstacles, plan, x_stack);
  return plan;
}

// Rows of components that are gone from the file still need their plugins, and so do kinds that a component makes
// although their owner is no component.
void Engine::use_plugins_of(PlanRequest& request) {
  std::set<std::string> plugins;
  for (const Record& record : request.records) plugins.insert(record.plugin);
  std::string_view last;
  for (const Resource& resource : request.desired) {
    if (resource.kind == last) continue;
    last = resource.kind;
    if (const Kind* kind = x_parts.host->find_kind(resource.kind)) plugins.insert(kind->plugin);
  }
  for (const std::string& plugin : plugins)
    for (const Kind& kind : x_parts.use_plugin(plugin).kinds)
      for (const std::string& former : kind.formerly) request.renamed_kinds[former] = kind.name;
}

RunResult Engine::apply(Plan& plan, const std::string& command, EventSink& events, std::stop_token drain,
                        unsigned parallelism, bool fail_fast) {
  ExecOptions options;
  options.parallelism = parallelism;
  options.fail_fast = fail_fast;
  for (const Component& component : x_stack.components) options.timeouts[component.name] = timeouts_from(component);
  for (const Entry& entry : plan.entries)
    if (options.plugin_versions.count(entry.kind->plugin) == 0)
      options.plugin_versions[entry.kind->plugin] = x_parts.use_plugin(entry.kind->plugin).version;
  options.validate = [this](const Kind& kind, std::string_view desired) { return validate_desired(kind, desired); };
  options.locate = [&](Diagnostic& problem) { locate(problem, plan, x_stack); };
  const std::int64_t run = x_store->begin_run(command);
  // If this throws, the run stays open: what it left behind is in doubt until the next one has looked.
  RunResult result = execute(*x_caller, *x_store, plan, options, events, std::move(drain));
  x_store->finish_run(run, verdict(result));
  return result;
}

void Engine::cancel() { x_caller->cancel(); }

Diagnostics Engine::validate_desired(const Kind& kind, std::string_view desired) {
  auto found = x_schemas.find(kind.name);
  if (found == x_schemas.end()) found = x_schemas.emplace(kind.name, Schema(kind.schema)).first;
  Diagnostics problems = found->second.validate_text(desired);
  Diagnostics out;
  for (Diagnostic d : problems.list()) {
    d.detail = "plugin `" + kind.plugin + "` made a value for " + kind.name + " that its own schema refuses: " + d.detail;
    out.add(std::move(d));
  }
  return out;
}

Json Engine::outputs() {
  std::map<std::string, std::string> recorded;
  if (x_store != nullptr)
    for (Record& record : x_store->load()) recorded.emplace(record.address, std::move(record.outputs));
  Values values([&](const std::string& address) -> std::optional<std::string> {
    const auto found = recorded.find(address);
    if (found == recorded.end() || found->second.empty()) return std::nullopt;
    return found->second;
  });
  Json out = Json::object();
  for (const auto& [component, declared] : expand().outputs) out[component] = null_for_unknown(values.evaluate(canonical(declared)));
  return out;
}

}  // namespace dfx
