#include "core/engine/expand.hpp"

#include <algorithm>
#include <set>

#include "core/engine/bindings.hpp"
#include "core/engine/capabilities.hpp"
#include "core/engine/expansion_reader.hpp"
#include "core/model/encode.hpp"
#include "core/model/suggest.hpp"
#include "core/plan/text.hpp"

namespace dfx {
namespace {

constexpr std::chrono::seconds k_timeout{60};

class Expander {
 public:
  Expander(const Caller& caller, const EngineParts& parts, const Stack& stack)
      : x_caller(caller), x_parts(parts), x_stack(stack), x_capabilities(parts.capability_folders) {}

  Expanded run() {
    read_manifests();
    type_settings();
    const Bindings bindings = bind_components(x_stack, x_out.settings, x_manifests, x_parts.installed(), x_problems);
    stop_on_errors();
    for (const Component* component : bindings.order) expand(*component, bindings.uses.at(component->name));
    stop_on_errors();
    return std::move(x_out);
  }

 private:
  void read_manifests() {
    for (const Component& component : x_stack.components) {
      try {
        x_manifests[component.name] = component.enabled ? &x_parts.use_plugin(component.plugin) : installed(component.plugin);
      } catch (const Error& e) {
        for (Diagnostic d : e.diagnostics().list()) {
          if (!d.place.known()) d.place = component.place;
          x_problems.add(std::move(d));
        }
      }
      if (x_manifests[component.name] == nullptr) x_manifests.erase(component.name);
    }
    stop_on_errors();
  }

  // A component that is switched off needs no plugin; if it is there, messages get better.
  const Manifest* installed(const std::string& plugin) const {
    for (const Manifest* m : x_parts.installed())
      if (m->name == plugin) return m;
    return nullptr;
  }

  void type_settings() {
    for (const Component& component : x_stack.components) {
      if (!component.enabled) continue;
      const Schema schema(x_manifests.at(component.name)->settings);
      Json settings = schema.convert(component.settings, convert_options(x_stack, component), x_problems);
      version_secrets(settings, component);
      x_out.settings[component.name] = std::move(settings);
    }
  }

  // A secret's node says which value is meant, so that a new value is a change of whatever uses it.
  void version_secrets(Json& value, const Component& component) {
    if (is_dfx_node(value) && value["$dfx"].contains("secret")) {
      try {
        value["$dfx"]["version"] = x_parts.secret_version(value["$dfx"]["secret"].get<std::string>());
      } catch (const Error& e) {
        for (Diagnostic d : e.diagnostics().list()) {
          if (!d.place.known()) d.place = place_of_secret(value["$dfx"]["secret"].get<std::string>(), component);
          x_problems.add(std::move(d));
        }
      }
      return;
    }
    if (!value.is_structured()) return;
    for (Json& inner : value) version_secrets(inner, component);
  }

  // Where it is declared, else who uses it. `handle`: "stack/token".
  Place place_of_secret(const std::string& handle, const Component& component) const {
    for (const SecretSource& secret : x_stack.secrets)
      if (handle == "stack/" + secret.name) return secret.place;
    return component.place;
  }

  void stop_on_errors() {
    if (!x_problems.has_errors()) return;
    x_problems.sort_by_place();
    throw Error(x_problems);
  }

  void expand(const Component& component, const Uses& uses) {
    const Manifest& manifest = *x_manifests.at(component.name);
    Json settings = x_out.settings.at(component.name);
    if (!fill_outputs(settings, component)) return;
    x_out.settings[component.name] = settings;
    Kind place;
    place.plugin = manifest.name;
    CallContext context = x_caller.context(place, Function::expand, k_timeout);
    context.component = component.name;
    const CallResult result = x_caller.host().call(manifest.name, Function::expand, context, request(component, settings, uses));
    note_problems(component, result);
    if (result.status != CallStatus::ok) return;
    ExpansionReader reader(x_caller.host(), component, x_out, x_problems);
    reader.read(result.response);
    check_promises(component, manifest);
  }

  std::string request(const Component& component, const Json& settings, const Uses& uses) const {
    Json bound = Json::object();
    for (const auto& [capability, provider] : uses)
      bound[capability] = {{"component", provider}, {"value", x_out.provided.at(provider).at(capability)}};
    return canonical({{"component", component.name},
                      {"stack", {{"name", x_stack.name}, {"id", x_caller.stack_id()}, {"environment", x_stack.environment}}},
                      {"settings", settings},
                      {"uses", bound}});
  }

  void note_problems(const Component& component, const CallResult& result) {
    for (Diagnostic d : result.diagnostics.list()) {
      if (!d.place.known()) d.place = place_at(component.settings, d.path);
      if (d.place.known()) d.path.clear();
      else d.place = component.place;
      x_problems.add(std::move(d));
    }
    if (result.status == CallStatus::ok || result.diagnostics.has_errors()) return;
    Diagnostic& d = x_problems.error("engine.expand-failed", "a plugin could not expand its settings", component.place);
    d.detail = "plugin `" + component.plugin + "` ended with `" + to_string(result.status) + "` and gave no reason";
  }

  // A plugin that says it provides something must do so, in the capability's form: others are bound to it.
  void check_promises(const Component& component, const Manifest& manifest) {
    for (const std::string& capability : manifest.provides) {
      if (x_out.provided[component.name].count(capability) == 0) {
        promise_broken(component, capability, "component `" + component.name + "` gave no value for " + capability);
        x_out.provided[component.name][capability] = nullptr;
        continue;
      }
      const Diagnostics wrong = x_capabilities.check(capability, x_out.provided[component.name][capability]);
      for (const Diagnostic& d : wrong.list())
        promise_broken(component, capability, capability + " of component `" + component.name + "` is not what it must be: " + d.detail);
    }
  }

  void promise_broken(const Component& component, const std::string& capability, std::string detail) {
    Diagnostic& d = x_problems.error("engine.promise-broken", "a plugin did not provide what its manifest promises", component.place);
    d.detail = std::move(detail);
    d.help = "this is a bug of plugin `" + component.plugin + "`; what needs " + capability + " cannot be made";
  }

  // ${component.output.path} nodes become what that component gave. False: something was missing.
  bool fill_outputs(Json& value, const Component& component) {
    if (is_dfx_node(value) && value["$dfx"].contains("output")) {
      const auto found = output_of(value["$dfx"]["output"].get<std::string>(), value["$dfx"].value("path", std::string()), component);
      if (!found) return false;
      value = *found;
      return true;
    }
    bool good = true;
    if (value.is_structured())
      for (Json& inner : value) good = fill_outputs(inner, component) && good;
    return good;
  }

  std::optional<Json> output_of(const std::string& from, const std::string& path, const Component& component) {
    const Json& outputs = x_out.outputs[from];
    const Json* at = &outputs;
    std::string_view rest = path;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find('/', 1), rest.size());
      const std::string key(rest.substr(1, end - 1));
      if (is_dfx_node(*at) && (*at)["$dfx"].contains("ref")) return deeper(*at, rest);
      if (!at->is_object() || !at->contains(key)) {
        no_output(from, path, *at, key, component);
        return std::nullopt;
      }
      at = &(*at)[key];
      rest.remove_prefix(end);
    }
    return *at;
  }

  // The rest of the path leads into the outputs of a resource.
  static Json deeper(Json node, std::string_view rest) {
    node["$dfx"]["path"] = node["$dfx"].value("path", std::string()) + std::string(rest);
    return node;
  }

  void no_output(const std::string& from, const std::string& path, const Json& at, const std::string& key,
                 const Component& component) {
    Diagnostic& d = x_problems.error("engine.no-such-output", "a component has no such output", component.place);
    std::string dotted = path;
    std::replace(dotted.begin(), dotted.end(), '/', '.');
    d.detail = "component `" + component.name + "` refers to ${" + from + dotted + "}";
    std::vector<std::string> names;
    if (at.is_object())
      for (const auto& [name, value] : at.items()) names.push_back(name);
    const auto near = suggest(key, names);
    d.help = near ? "did you mean `" + *near + "`?" : "see `dfx output " + from + "` for what it gives";
  }

  const Caller& x_caller;
  const EngineParts& x_parts;
  const Stack& x_stack;
  Capabilities x_capabilities;
  Expanded x_out;
  Diagnostics x_problems;
  std::map<std::string, const Manifest*> x_manifests;
};

}  // namespace

Expanded expand_stack(const Caller& caller, const EngineParts& parts, const Stack& stack) {
  return Expander(caller, parts, stack).run();
}

}  // namespace dfx
