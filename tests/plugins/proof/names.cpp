// The second capability: names for addresses, in a zone.
#include "rest.hpp"

using namespace proof;

namespace {

struct NameRecord : ObjectKind {
  NameRecord() : ObjectKind("records") {}
  Json describe() const override {
    return {{"kind", "proof-names.record"}, {"schema", object({{"name", text()}, {"address", text()}})}};
  }
};

struct Names : dfx::sdk::Plugin {
  Json manifest() const override {
    return {{"summary", "names of a far side that exists in a test"},
            {"settings", object({{"url", text()}, {"zone", text()}})},
            {"provides", {{{"capability", "proof_names/1"}}}}};
  }
  std::vector<std::unique_ptr<dfx::sdk::Kind>> kinds() const override {
    std::vector<std::unique_ptr<dfx::sdk::Kind>> out;
    out.push_back(std::make_unique<NameRecord>());
    return out;
  }
  void expand(const Call&, const Json& request, dfx::sdk::Expansion& out) const override {
    const Json& settings = request.at("settings");
    out.provides("proof_names/1", {{"zone", settings.at("zone")}, {"url", settings.at("url")}});
  }
};

}  // namespace

DFX_PLUGIN(Names, "proof-names", "1.0.0")
