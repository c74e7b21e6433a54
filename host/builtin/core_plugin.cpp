#include "host/builtin/core_plugin.hpp"

#include <dfx/version.h>

#include "host/builtin/made_once.hpp"

namespace dfx::host {
namespace {

constexpr const char* k_name = "core";

// A stack may ask for identities and secrets of its own: they become resources like those of any component.
class CorePlugin final : public sdk::Plugin {
 public:
  Json manifest() const override {
    return {{"summary", "secrets, key pairs and identifiers that are made once and kept"},
            {"maturity", "alpha"},
            {"settings", {{"type", "object"}, {"properties", settings()}}}};
  }
  std::vector<std::unique_ptr<sdk::Kind>> kinds() const override {
    std::vector<std::unique_ptr<sdk::Kind>> out;
    for (auto& kind : all_kinds()) out.push_back(std::move(kind));
    return out;
  }
  void expand(const sdk::Call&, const Json& request, sdk::Expansion& out) const override {
    const std::string component = request.at("component");
    const Json given = request.value("settings", Json::object());
    for (const auto& kind : all_kinds()) {
      const Json wanted = given.value(setting_of(*kind), Json::object());
      Json results = Json::object();
      for (const auto& [name, desired] : wanted.items()) {
        out.resource({{"kind", kind->name()}, {"name", name}, {"desired", desired}});
        results[name] = references(component + "/" + kind->name() + "/" + name, kind->outputs_of(desired));
      }
      if (!results.empty()) out.output(setting_of(*kind), results);
    }
  }

 private:
  static std::vector<std::unique_ptr<MadeOnce>> all_kinds() {
    std::vector<std::unique_ptr<MadeOnce>> out;
    out.push_back(make_secret_kind());
    out.push_back(make_keypair_kind());
    out.push_back(make_id_kind());
    return out;
  }

  // "core.keypair" -> "keypairs".
  static std::string setting_of(const MadeOnce& kind) { return kind.name().substr(kind.name().find('.') + 1) + "s"; }

  static Json settings() {
    Json out;
    for (const auto& kind : all_kinds())
      out[setting_of(*kind)] = {{"type", "object"},
                                {"description", "by name: " + kind->description()},
                                {"propertyNames", {{"x-dfx-type", "label"}}},
                                {"additionalProperties", kind->describe()["schema"]}};
    return out;
  }

  static Json references(const std::string& address, const Json& outputs) {
    Json out;
    for (const auto& [name, schema] : outputs.items()) out[name] = {{"$dfx", {{"ref", address}, {"path", "/" + name}}}};
    return out;
  }
};

// What DFX_PLUGIN exports from a library, for one that is linked in.
const dfx_plugin k_entry = {
    DFX_MAGIC, DFX_ABI_MAJOR, DFX_ABI_MINOR, 0, k_name, DFX_VERSION_STRING,
    [](const dfx_sink* sink) -> std::int32_t { return sdk::detail::describe<CorePlugin>(sink, k_name, DFX_VERSION_STRING); },
    [](const dfx_host* host) -> const dfx_provider* { return sdk::detail::create<CorePlugin>(host); }};

}  // namespace

const dfx_plugin* builtin_core_plugin() { return &k_entry; }

}  // namespace dfx::host
