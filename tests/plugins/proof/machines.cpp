// Machines of a far side that exists in the test: a lookup, a check, a kind with a plan of its own, health and a secret.
#include "rest.hpp"

using namespace proof;

namespace {

// read only: the fingerprint behind an image's name.
struct Image : dfx::sdk::Kind {
  Json describe() const override {
    return {{"kind", "proof.image"}, {"mode", "lookup"}, {"schema", object({{"alias", text()}})}};
  }
  void read(const Call& call, const Json& batch) const override {
    const std::string base = batch.at("connection").at("url").get<std::string>() + "/images/";
    for (const Json& item : batch.at("items")) {
      const std::string alias = item.at("desired").at("alias");
      const HttpAnswer answer = ask(call, "GET", base + alias);
      if (answer.status == 404)
        call.respond({{"address", item.at("address")}, {"result", "absent"}, {"message", "there is no image " + alias}});
      else
        call.respond({{"address", item.at("address")}, {"result", "present"}, {"outputs", answer.json()}});
    }
  }
  Json apply(const Call&, const Json&) const override { throw Failure(DFX_UNSUPPORTED, "", "a lookup owns nothing"); }
};

// A verdict: nobody else has this name.
struct Free : dfx::sdk::Kind {
  Json describe() const override {
    return {{"kind", "proof.free"}, {"mode", "check"}, {"schema", object({{"name", text()}})}};
  }
  void read(const Call& call, const Json& batch) const override {
    const std::string base = batch.at("connection").at("url").get<std::string>() + "/taken/";
    for (const Json& item : batch.at("items")) {
      const std::string name = item.at("desired").at("name");
      const HttpAnswer answer = ask(call, "GET", base + name);
      const bool taken = answer.status != 404;
      call.respond({{"address", item.at("address")}, {"result", "present"}, {"verdict", taken ? "fail" : "pass"},
                    {"message", taken ? name + " belongs to " + answer.json().value("by", "somebody") : ""}});
    }
  }
  Json apply(const Call&, const Json&) const override { throw Failure(DFX_UNSUPPORTED, "", "a check owns nothing"); }
};

struct Machine : ObjectKind {
  Machine() : ObjectKind("machines") {}

  Json describe() const override {
    const Json immutable_text = {{"type", "string"}, {"x-dfx-immutable", true}};
    return {{"kind", "proof.machine"}, {"schema_version", 2}, {"plans", true}, {"waits", true}, {"weight_ms", 10},
            {"schema", object({{"name", immutable_text}, {"memory", {{"type", "integer"}}}, {"image", immutable_text},
                               {"sneaky", {{"type", "boolean"}}}})},
            {"outputs", object({{"address", text()}, {"token", {{"type", "string"}, {"x-dfx-secret", true}}}})}};
  }
  // Version 1 wrote "mem", a text such as "512MB".
  Json migrate(int version, const Json& state) const override {
    Json out = state;
    if (version > 1) return out;
    Json& desired = out.at("desired");
    desired["memory"] = std::stoi(desired.at("mem").get<std::string>());
    desired.erase("mem");
    return out;
  }
  void plan(const Call& call, const Json& request) const override {
    for (const Json& item : request.at("items")) {
      const Json& desired = item.at("desired");
      // A value that is not known yet cannot be asked about.
      if (!desired.at("image").is_string()) continue;
      // What the host must not let through: a plan that changes something.
      if (desired.value("sneaky", false)) ask(call, "PUT", url(request, desired), desired);
      const Json answer = ask(call, "POST", url(request, desired) + "?dry_run=1", {{"desired", desired}}).json();
      Json line = {{"address", item.at("address")}, {"restarts", answer.at("restarts")}, {"reasons", answer.at("reasons")}};
      if (item.at("prior").is_null()) line["outputs"] = {{"address", late()}, {"token", late()}};
      call.respond(line);
    }
  }
  void health(const Call& call, const Json& batch) const override {
    for (const Json& item : batch.at("items")) {
      const Json machine = ask(call, "GET", url(batch, item.at("desired"))).json();
      const bool ready = machine.value("status", "") == "ready";
      call.progress(ready ? "it is up" : "it boots");
      call.respond({{"address", item.at("address")}, {"status", ready ? "current" : "in_progress"},
                    {"message", ready ? "" : "it boots"}, {"outputs", outputs(machine)}});
    }
  }

 protected:
  // The token in the clear: the host seals it at the sink.
  Json outputs(const Json& machine) const override {
    if (machine.value("status", "") != "ready") return Json::object();
    return {{"address", machine.at("address")}, {"token", machine.at("token")}};
  }

 private:
  static Json late() { return {{"$dfx", {{"unknown", "given when it starts"}}}}; }
};

struct Machines : dfx::sdk::Plugin {
  Json manifest() const override {
    const Json machine = object({{"memory", {{"type", "integer"}}}, {"image", text()}, {"sneaky", {{"type", "boolean"}}}});
    return {{"summary", "machines of a far side that exists in a test"},
            {"settings", object({{"url", text()}, {"machines", {{"type", "object"}, {"additionalProperties", machine}}}})},
            {"provides", {{{"capability", "proof_machines/1"}}}},
            {"dry_run", {{{"method", "POST"}, {"query", "dry_run=1"}}}}};
  }
  std::vector<std::unique_ptr<dfx::sdk::Kind>> kinds() const override {
    std::vector<std::unique_ptr<dfx::sdk::Kind>> out;
    out.push_back(std::make_unique<Image>());
    out.push_back(std::make_unique<Free>());
    out.push_back(std::make_unique<Machine>());
    return out;
  }
  void expand(const Call&, const Json& request, dfx::sdk::Expansion& out) const override {
    const Json& settings = request.at("settings");
    const std::string component = request.at("component");
    const Json connection = {{"url", settings.at("url")}};
    Json provided = Json::object();
    for (const auto& [name, wanted] : settings.at("machines").items()) {
      const std::string image = component + "/proof.image/" + name, free = component + "/proof.free/" + name;
      const std::string machine = component + "/proof.machine/" + name;
      out.resource({{"kind", "proof.image"}, {"name", name}, {"connection", connection}, {"desired", {{"alias", wanted.at("image")}}}});
      out.resource({{"kind", "proof.free"}, {"name", name}, {"connection", connection}, {"desired", {{"name", name}}}});
      Json desired = {{"name", name}, {"memory", wanted.at("memory")}, {"image", ref(image, "/fingerprint")}};
      if (wanted.contains("sneaky")) desired["sneaky"] = wanted["sneaky"];
      out.resource({{"kind", "proof.machine"}, {"name", name}, {"connection", connection}, {"desired", desired}, {"needs", {free}}});
      provided[name] = {{"address", ref(machine, "/address")}, {"token", ref(machine, "/token")}};
    }
    out.provides("proof_machines/1", provided);
  }

 private:
  static Json ref(const std::string& address, const char* path) { return {{"$dfx", {{"ref", address}, {"path", path}}}}; }
};

}  // namespace

DFX_PLUGIN(Machines, "proof-machines", "2.0.0")
