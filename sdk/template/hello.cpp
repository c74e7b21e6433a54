// A composition plugin: settings in, outputs out. It says hello to the name that its component's settings give.
#include <dfx/sdk.hpp>

using dfx::sdk::Json;

struct Hello : dfx::sdk::Plugin {
  Json manifest() const override {
    return {{"summary", "says hello"},
            {"settings", {{"type", "object"}, {"properties", {{"name", {{"type", "string"}}}}}}}};
  }
  void expand(const dfx::sdk::Call&, const Json& request, dfx::sdk::Expansion& out) const override {
    out.output("greeting", "Hello, " + request.at("settings").value("name", "world") + "!");
  }
};
DFX_PLUGIN(Hello, "hello", "0.1.0")
