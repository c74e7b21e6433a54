// A composition over two capabilities: a note on each machine, which can only be reached once the machine is there, and
// a name for it.
#include "rest.hpp"

using namespace proof;

namespace {

struct Note : ObjectKind {
  Note() : ObjectKind("notes") {}
  Json describe() const override {
    return {{"kind", "proof-site.note"}, {"weight_ms", 10},
            {"schema", object({{"name", text()}, {"text", text()}, {"password", {{"type", "string"}, {"x-dfx-secret", true}}}})}};
  }

 protected:
  // A password cannot be read back: what was sent last speaks for it.
  Json observed(const Json& note) const override {
    Json out = note.at("desired");
    out.erase("password");
    return out;
  }
};

struct Site : dfx::sdk::Plugin {
  Json manifest() const override {
    return {{"summary", "a note on each machine"},
            {"settings", object({{"greeting", text()}, {"peek", text()}})},
            {"needs", {{{"capability", "proof_machines/1"}}, {{"capability", "proof_names/1"}}}}};
  }
  std::vector<std::unique_ptr<dfx::sdk::Kind>> kinds() const override {
    std::vector<std::unique_ptr<dfx::sdk::Kind>> out;
    out.push_back(std::make_unique<Note>());
    return out;
  }
  void expand(const Call& call, const Json& request, dfx::sdk::Expansion& out) const override {
    const Json& settings = request.at("settings");
    // What the host must not let through: an expand that looks at the world.
    if (settings.contains("peek")) ask(call, "GET", settings["peek"]);
    const Json& names = request.at("uses").at("proof_names/1").at("value");
    const std::string zone = names.at("zone");
    for (const auto& [name, machine] : request.at("uses").at("proof_machines/1").at("value").items()) {
      const Json& address = machine.at("address");
      const Json greeting = concat({settings.at("greeting"), " from ", address, " alias " + name + "." + zone});
      out.resource({{"kind", "proof-site.note"}, {"name", name}, {"connection", {{"url", concat({"http://", address})}}},
                    {"desired", {{"name", name}, {"text", greeting}, {"password", machine.at("token")}}}});
      out.resource({{"kind", "proof-names.record"}, {"name", name}, {"connection", {{"url", names.at("url")}}},
                    {"desired", {{"name", name}, {"address", address}}}});
      out.output(name, greeting);
    }
  }

 private:
  static Json concat(const Json& parts) { return {{"$dfx", {{"concat", parts}}}}; }
};

}  // namespace

DFX_PLUGIN(Site, "proof-site", "1.0.0")
