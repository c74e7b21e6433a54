#include "core/engine/bindings.hpp"

#include <algorithm>
#include <set>

#include "core/graph/graph.hpp"
#include "core/model/encode.hpp"
#include "core/model/suggest.hpp"

namespace dfx {
namespace {

std::string join(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

void collect_outputs(const Json& value, std::set<std::string>& components) {
  if (is_dfx_node(value) && value["$dfx"].contains("output")) components.insert(value["$dfx"]["output"].get<std::string>());
  if (!value.is_structured()) return;
  for (const Json& inner : value) collect_outputs(inner, components);
}

class Binder {
 public:
  Binder(const Stack& stack, const std::map<std::string, const Manifest*>& manifests,
         const std::vector<const Manifest*>& installed, Diagnostics& problems)
      : x_stack(stack), x_manifests(manifests), x_installed(installed), x_problems(problems) {}

  Uses bind_component(const Component& component) {
    Uses out;
    for (const Need& need : x_manifests.at(component.name)->needs) {
      const std::string provider = provider_of(component, need);
      if (!provider.empty()) out[need.capability] = provider;
    }
    for (const auto& [capability, provider] : component.uses)
      if (!needs(component, capability)) not_needed(component, capability);
    return out;
  }

 private:
  std::string provider_of(const Component& component, const Need& need) {
    if (const auto named = component.uses.find(need.capability); named != component.uses.end())
      return named_provider(component, need, named->second);
    const std::vector<std::string> able = providers(need.capability, true);
    if (able.size() == 1) return able.front();
    if (able.empty() && need.optional) return "";
    if (able.empty()) {
      nobody(component, need);
    } else {
      several(component, need, able);
    }
    return "";
  }

  std::vector<std::string> providers(const std::string& capability, bool enabled) const {
    std::vector<std::string> out;
    for (const Component& c : x_stack.components) {
      const auto manifest = x_manifests.find(c.name);
      if (c.enabled == enabled && manifest != x_manifests.end() && manifest->second->provides_capability(capability))
        out.push_back(c.name);
    }
    return out;
  }

  std::string named_provider(const Component& component, const Need& need, const std::string& name) {
    const std::vector<std::string> able = providers(need.capability, true);
    if (std::find(able.begin(), able.end(), name) != able.end()) return name;
    Diagnostic& d = x_problems.error("engine.bad-uses", "`uses` names a component that cannot help", component.uses_places.at(need.capability));
    const Component* there = x_stack.find_component(name);
    d.detail = there == nullptr      ? "there is no component `" + name + "` in this stack"
               : !there->enabled     ? "component `" + name + "` is switched off in environment `" + x_stack.environment + "`"
                                     : "component `" + name + "` does not provide " + need.capability;
    d.help = able.empty() ? "no enabled component provides " + need.capability : "these do: " + join(able);
    return "";
  }

  void nobody(const Component& component, const Need& need) {
    Diagnostic& d = x_problems.error("engine.no-provider", "a component needs something that nobody provides", component.place);
    d.detail = "component `" + component.name + "` needs " + need.capability;
    const std::vector<std::string> disabled = providers(need.capability, false);
    if (!disabled.empty()) {
      d.detail += "; `" + disabled.front() + "` would provide it, but is switched off in environment `" + x_stack.environment + "`";
      d.other_place = x_stack.find_component(disabled.front())->enabled_place;
      d.other_label = "switched off here";
      d.help = "switch it on, or switch `" + component.name + "` off too";
      return;
    }
    std::vector<std::string> able;
    for (const Manifest* m : x_installed)
      if (m->provides_capability(need.capability)) able.push_back(m->name);
    d.help = able.empty() ? "no installed plugin provides it: see `dfx plugin list`"
                          : "add a component of one of these plugins: " + join(able);
  }

  void several(const Component& component, const Need& need, const std::vector<std::string>& able) {
    Diagnostic& d = x_problems.error("engine.ambiguous-provider", "several components provide what one needs", component.place);
    std::vector<std::string> placed;
    for (const std::string& name : able) placed.push_back("`" + name + "` (line " + std::to_string(x_stack.find_component(name)->place.line) + ")");
    d.detail = "component `" + component.name + "` needs " + need.capability + ", and these provide it: " + join(placed);
    d.other_place = x_stack.find_component(able.front())->place;
    d.other_label = "one of them";
    d.help = "say which: uses: {" + need.capability + ": " + able.front() + "}";
  }

  bool needs(const Component& component, const std::string& capability) const {
    const auto& list = x_manifests.at(component.name)->needs;
    return std::any_of(list.begin(), list.end(), [&](const Need& n) { return n.capability == capability; });
  }

  void not_needed(const Component& component, const std::string& capability) {
    std::vector<std::string> needed;
    for (const Need& n : x_manifests.at(component.name)->needs) needed.push_back(n.capability);
    Diagnostic& d = x_problems.error("engine.bad-uses", "`uses` names a capability that the plugin does not need",
                                     component.uses_places.at(capability));
    d.detail = "plugin `" + component.plugin + "` does not need " + capability;
    const auto near = suggest(capability, needed);
    d.help = near ? "did you mean " + *near + "?" : needed.empty() ? "it needs nothing" : "it needs: " + join(needed);
  }

  const Stack& x_stack;
  const std::map<std::string, const Manifest*>& x_manifests;
  const std::vector<const Manifest*>& x_installed;
  Diagnostics& x_problems;
};

// Providers and givers of outputs before their users. Between components this decides nothing but the order of
// expansion; the order of work comes from resources.
std::vector<const Component*> order(const Stack& stack, const std::map<std::string, Uses>& uses,
                                    const std::map<std::string, Json>& settings, Diagnostics& problems) {
  std::vector<const Component*> enabled;
  std::map<std::string, NodeId> ids;
  for (const Component& c : stack.components) {
    if (!c.enabled || uses.count(c.name) == 0) continue;
    ids[c.name] = static_cast<NodeId>(enabled.size());
    enabled.push_back(&c);
  }
  std::vector<std::pair<NodeId, NodeId>> edges;
  for (const Component* c : enabled) {
    std::set<std::string> before;
    for (const auto& [capability, provider] : uses.at(c->name)) before.insert(provider);
    collect_outputs(settings.at(c->name), before);
    for (const std::string& name : before)
      if (ids.count(name) != 0) edges.emplace_back(ids[name], ids[c->name]);
  }
  const Graph graph(static_cast<NodeId>(enabled.size()), edges);
  std::vector<const Component*> out;
  for (NodeId id : graph.topological_order()) out.push_back(enabled[id]);
  if (out.size() == enabled.size()) return out;
  std::string ring;
  const auto cycle = graph.find_cycle();
  for (NodeId id : cycle) ring += (ring.empty() ? "" : " -> ") + enabled[id]->name;
  Diagnostic& d = problems.error("engine.component-ring", "components use each other's settings in a ring", enabled[cycle.front()]->place);
  d.detail = ring;
  d.help = "take one of these references away";
  return out;
}

}  // namespace

Bindings bind_components(const Stack& stack, const std::map<std::string, Json>& settings,
              const std::map<std::string, const Manifest*>& manifests, const std::vector<const Manifest*>& installed,
              Diagnostics& problems) {
  Binder binder(stack, manifests, installed, problems);
  Bindings out;
  for (const Component& component : stack.components)
    if (component.enabled && settings.count(component.name) != 0) out.uses[component.name] = binder.bind_component(component);
  out.order = order(stack, out.uses, settings, problems);
  return out;
}

}  // namespace dfx
