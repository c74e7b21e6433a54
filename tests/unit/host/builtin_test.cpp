// The plugin `core`, through the C boundary and the host's own services.
#include "host/builtin/core_plugin.hpp"

#include "core/config/schema.hpp"
#include "core/model/manifest.hpp"
#include "host/secrets/keys.hpp"
#include "host/services.hpp"
#include "tests/unit/host/http/fixture.hpp"
#include "tests/unit/host/plugin_call.hpp"

namespace dfx::host::test {
namespace {

class Core : public HttpTest {
 protected:
  Core() : services(service()), provider(builtin_core_plugin()->create(services.host())) {
    write();
    call.plugin = "core";
    call.component = "lxd";
    call.operation_id = "0123";
    call.checkpoint = [this](std::string_view json) {
      checkpoint = Json::parse(json);
      if (dies_at_checkpoint) throw Error("test.killed", "killed here");
    };
  }
  ~Core() override { provider->destroy(provider); }

  std::int32_t run(decltype(dfx_provider::apply) dfx_provider::*function, const Json& request) {
    const std::string text = canonical(request);
    RawCall raw(call, text);
    call.kept = 0;
    const std::int32_t status = (provider->*function)(provider, &raw.raw);
    response = raw.response.text();
    diagnostics = raw.diagnostics.text();
    return status;
  }
  std::vector<Json> lines() const {
    std::vector<Json> out;
    std::istringstream in(response);
    for (std::string line; std::getline(in, line);) out.push_back(Json::parse(line));
    return out;
  }
  Json change(const std::string& kind, const std::string& action, const Json& desired, const Json& before = {}) {
    call.address = "lxd/" + kind + "/x";
    return {{"kind", kind}, {"action", action}, {"address", call.address}, {"desired", desired}, {"checkpoint", before}};
  }
  Json create(const std::string& kind, const Json& desired) {
    const std::int32_t status = run(&dfx_provider::apply, change(kind, "create", desired, checkpoint));
    EXPECT_EQ(status, DFX_OK) << diagnostics;
    return status == DFX_OK ? Json::parse(response) : Json();
  }
  std::string opened(const Json& node) { return vault.values.at(node["$dfx"]["secret"]); }

  HostServices services;
  const dfx_provider* provider;
  Json checkpoint;
  bool dies_at_checkpoint = false;
  std::string response, diagnostics;
};

Json manifest() {
  Sink sink;
  EXPECT_EQ(builtin_core_plugin()->describe(sink.raw()), DFX_OK);
  return Json::parse(sink.text());
}

TEST(CoreManifest, IsOneThatTheCoreUnderstands) {
  const Manifest m = manifest_from_json(manifest());
  EXPECT_EQ(m.name, "core");
  ASSERT_EQ(m.kinds.size(), 3u);
  for (const Kind& kind : m.kinds) {
    EXPECT_NO_THROW(Schema{kind.schema}) << kind.name;
    EXPECT_FALSE(kind.schema.value("description", "").empty());
    for (const auto& [name, property] : kind.schema["properties"].items())
      EXPECT_FALSE(property.value("description", "").empty()) << kind.name << " " << name;
  }
  EXPECT_NO_THROW(Schema{m.settings});
}

TEST_F(Core, ASecretIsMadeAsAsked) {
  const Json made = create("core.secret", {{"length", 20}, {"charset", "ab"}});
  const std::string text = opened(made["outputs"]["value"]);
  EXPECT_EQ(text.size(), 20u);
  EXPECT_EQ(text.find_first_not_of("ab"), std::string::npos);
  EXPECT_EQ(response.find(text), std::string::npos);
  EXPECT_EQ(made["outputs"]["value"]["$dfx"]["secret"], "lxd/core.secret/x#0123.1");
  checkpoint = {};
  call.operation_id = "4567";
  EXPECT_EQ(opened(create("core.secret", Json::object())["outputs"]["value"]).size(), 32u);
}

TEST_F(Core, AnSshKeyHasAPublicLineAndASealedHalf) {
  const Json made = create("core.keypair", {{"type", "ssh-ed25519"}, {"name", "root@cp-a"}});
  EXPECT_EQ(made["outputs"]["public"].get<std::string>().compare(0, 12, "ssh-ed25519 "), 0);
  EXPECT_NE(made["outputs"]["public"].get<std::string>().find(" root@cp-a"), std::string::npos);
  EXPECT_EQ(made["outputs"]["fingerprint"], made["identity"]);
  EXPECT_EQ(opened(made["outputs"]["private"]).compare(0, 35, "-----BEGIN OPENSSH PRIVATE KEY-----"), 0);
  EXPECT_EQ(response.find("PRIVATE"), std::string::npos);
}

TEST_F(Core, ATlsClientHasACertificateAndASealedKey) {
  const Json made = create("core.keypair", {{"type", "tls-client"}, {"name", "dfx"}});
  EXPECT_EQ(certificate_fingerprint(made["outputs"]["certificate"]), made["outputs"]["fingerprint"]);
  EXPECT_NE(opened(made["outputs"]["private"]).find("PRIVATE KEY"), std::string::npos);
  EXPECT_EQ(response.find("PRIVATE"), std::string::npos);
}

TEST_F(Core, IdentifiersHaveTheirForm) {
  const auto value = [&](const Json& desired) {
    checkpoint = {};
    return create("core.id", desired)["outputs"]["value"].get<std::string>();
  };
  EXPECT_EQ(value({{"type", "uuid"}}).size(), 36u);
  EXPECT_EQ(value({{"type", "hex"}}).size(), 32u);
  EXPECT_EQ(value({{"type", "hex"}, {"bytes", 4}}).size(), 8u);
  EXPECT_EQ(value({{"type", "mac"}}).size(), 17u);
}

TEST_F(Core, ACreateThatIsAskedAgainGivesTheSame) {
  for (const auto& [kind, desired] : std::vector<std::pair<std::string, Json>>{
           {"core.secret", Json::object()},
           {"core.keypair", {{"type", "ssh-ed25519"}, {"name", "n"}}},
           {"core.id", {{"type", "uuid"}}}}) {
    checkpoint = {};
    call.operation_id = "op-" + kind;
    const Json first = create(kind, desired);
    const std::size_t kept = vault.values.size();
    EXPECT_EQ(create(kind, desired), first);
    EXPECT_EQ(vault.values.size(), kept);
  }
}

// Killed between the journal's write and the answer: what is durable is what the next run gets.
TEST_F(Core, AKilledCreateLeavesOneIdentity) {
  dies_at_checkpoint = true;
  const Json desired = {{"type", "tls-client"}, {"name", "dfx"}};
  EXPECT_EQ(run(&dfx_provider::apply, change("core.keypair", "create", desired)), DFX_INTERNAL);
  const Json durable = checkpoint;
  dies_at_checkpoint = false;
  EXPECT_EQ(create("core.keypair", desired), durable);
  EXPECT_EQ(vault.values.size(), 1u);
}

TEST_F(Core, WhatHasAnIdentityIsThere) {
  call.effect = Effect::read;
  const Json desired = {{"type", "uuid"}};
  const auto item = [&](const char* address, const Json& identity) {
    return Json{{"address", address}, {"identity", identity}, {"desired", desired}, {"outputs", nullptr}};
  };
  const Json items = Json::array({item("a", nullptr), item("b", "u")});
  ASSERT_EQ(run(&dfx_provider::read, {{"kind", "core.id"}, {"items", items}}), DFX_OK);
  ASSERT_EQ(lines().size(), 2u);
  EXPECT_EQ(lines()[0]["result"], "absent");
  EXPECT_EQ(lines()[1]["result"], "present");
  EXPECT_EQ(lines()[1]["owner"], "mine");
  EXPECT_EQ(lines()[1]["observed"], desired);
}

TEST_F(Core, RotateReplacesWithAReasonAndDefaultsDoNot) {
  call.effect = Effect::read;
  const auto plan = [&](const Json& prior, const Json& desired) {
    const Json items = Json::array({{{"address", "a"}, {"prior", prior}, {"desired", desired}}});
    EXPECT_EQ(run(&dfx_provider::plan, {{"kind", "core.secret"}, {"items", items}}), DFX_OK);
    return lines().at(0);
  };
  const Json rotated = plan({{"rotate", 1}}, {{"rotate", 2}});
  ASSERT_EQ(rotated["replace"].size(), 1u);
  EXPECT_EQ(rotated["replace"][0]["path"], "/rotate");
  EXPECT_NE(rotated["replace"][0]["why"].get<std::string>().find("new one"), std::string::npos);
  EXPECT_EQ(plan(Json::object(), {{"rotate", "2026"}})["replace"].size(), 1u);
  const Json same = plan(Json::object(), {{"length", 32}});
  EXPECT_TRUE(same["replace"].empty());
  EXPECT_EQ(same["ignore"].size(), 3u);
  EXPECT_EQ(plan(Json::object(), {{"length", 33}})["replace"].size(), 1u);
}

TEST_F(Core, WhatCannotBeMadeIsAnErrorWithWords) {
  EXPECT_EQ(run(&dfx_provider::apply, change("core.secret", "create", {{"charset", "aa"}})), DFX_INVALID);
  EXPECT_NE(diagnostics.find("generate.bad-request"), std::string::npos);
  EXPECT_EQ(run(&dfx_provider::apply, change("core.keypair", "create", {{"type", "rsa"}, {"name", "n"}})), DFX_INVALID);
  const Json two_lines = {{"type", "ssh-ed25519"}, {"name", "two\nlines"}};
  EXPECT_EQ(run(&dfx_provider::apply, change("core.keypair", "create", two_lines)), DFX_INVALID);
  EXPECT_EQ(run(&dfx_provider::apply, change("core.id", "create", {{"type", "hex"}, {"bytes", 0}})), DFX_INVALID);
  EXPECT_EQ(run(&dfx_provider::apply, change("core.id", "update", {{"type", "hex"}})), DFX_UNSUPPORTED);
  EXPECT_EQ(run(&dfx_provider::apply, change("core.id", "delete", {{"type", "hex"}})), DFX_OK);
}

TEST_F(Core, AStackMayAskForItsOwn) {
  call.effect = Effect::none;
  const Json settings = {{"ids", {{"cluster", {{"type", "uuid"}}}}},
                         {"keypairs", {{"login", {{"type", "ssh-ed25519"}, {"name", "n"}}}}}};
  ASSERT_EQ(run(&dfx_provider::expand, {{"component", "mine"}, {"settings", settings}}), DFX_OK) << diagnostics;
  const auto out = lines();
  ASSERT_EQ(out.size(), 4u);
  EXPECT_EQ(out[0]["resource"]["kind"], "core.keypair");
  EXPECT_EQ(out[1]["output"], "keypairs");
  EXPECT_FALSE(out[1]["value"]["login"].contains("certificate"));
  EXPECT_EQ(out[3]["value"]["cluster"]["value"]["$dfx"]["ref"], "mine/core.id/cluster");
}

}  // namespace
}  // namespace dfx::host::test
