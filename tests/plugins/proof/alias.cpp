// The smallest composition: it owns no kind and needs nothing; what it makes belongs to a plugin that no component names.
#include "rest.hpp"

using namespace proof;

namespace {

struct Alias : dfx::sdk::Plugin {
  Json manifest() const override {
    return {{"summary", "one more name"}, {"settings", object({{"name", text()}, {"address", text()}})}};
  }
  void expand(const Call&, const Json& request, dfx::sdk::Expansion& out) const override {
    const Json& settings = request.at("settings");
    out.resource({{"kind", "proof-names.record"}, {"name", settings.at("name")}, {"connection", {{"url", "http://names"}}},
                  {"desired", {{"name", settings.at("name")}, {"address", settings.at("address")}}}});
  }
};

}  // namespace

DFX_PLUGIN(Alias, "proof-alias", "1.0.0")
