#include "core/config/stack.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "core/config/source_text.hpp"
#include "tests/unit/core/config/problems.hpp"

namespace dfx {
namespace {

// The shape of a real stack: every top-level key, references of each kind, an environment that takes much away.
constexpr const char* k_home = R"(dfx: 1
stack: garden
default_environment: sandbox
recipients: [age1qqqq]
vars:
  domain: example.org
  lan: {gateway: 192.0.2.1, dns: [192.0.2.1]}
secrets:
  dns: {env: DNS_TOKEN}
  vpn: {file: ~/.config/vpn.key}
  git: {command: [gh, auth, token]}
  panel: {generate: {length: 24}}
components:
  lxd:
    hosts:
      one: {url: https://192.0.2.10:8443}
      two: {url: https://192.0.2.12:8443}
    defaults:
      type: virtual-machine
      image: ubuntu/24.04
      network: {parent: br0, gateway: "${var.lan.gateway}", dns: "${var.lan.dns}"}
    machines:
      cp-a: {host: one, cpu: 2, memory: 4GiB, address: 192.0.2.161/24}
      cp-b: {host: two, cpu: 1, memory: 3GiB, address: 192.0.2.162/24}
  k3s:
    servers: [cp-a, cp-b]
    agents:
      cp-b: {labels: {role: chaos}, taints: ["dedicated=chaos:NoSchedule"]}
    endpoint: {name: api.example.home, address: 192.0.2.160}
  kube-vip: {}
  ingress:
    plugin: nginx
    enabled: true
    protect: true
    on_delete: keep
    timeouts: {create: 20m}
    ignore: [/replicas]
    url: "${k3s.endpoint.address}"
  dns:
    token: "${secret.dns}"
    zone: "${var.domain}"
  vpn:
    routes: ["${k3s.endpoint.address}/32", 192.0.2.161/32]
moved:
  - {from: cloudflare, to: dns}
environments:
  home: {}
  small:
    vars: {domain: small.example.org}
    components:
      lxd:
        defaults: {type: container}
        hosts: {two: null}
        machines: {cp-a: null, cp-b: null, only: {host: one, cpu: 4, memory: 8GiB, address: 192.0.2.171/24}}
      k3s: {servers: [only], agents: null}
      kube-vip: {enabled: false}
  sandbox: {sandbox: true}
)";

Stack loaded(const std::string& text, const std::optional<std::string>& environment = std::nullopt) {
  Diagnostics warnings;
  return load_stack_text(text, "stack.yaml", environment, warnings);
}

Json settings(const Stack& stack, const std::string& component) {
  Diagnostics problems;
  const Component* c = stack.find_component(component);
  const Json out = convert(c->settings, {{"type", "object"}, {"additionalProperties", true}}, convert_options(stack, *c), problems);
  EXPECT_EQ(short_form(problems), "");
  return out;
}

TEST(Stack, WholeFileIsReadForItsDefaultEnvironment) {
  const Stack stack = loaded(k_home);
  EXPECT_EQ(stack.name, "garden");
  EXPECT_EQ(stack.environment, "sandbox");
  EXPECT_TRUE(stack.sandbox);
  EXPECT_EQ(stack.environments, (std::vector<std::string>{"home", "small", "sandbox"}));
  ASSERT_EQ(stack.components.size(), 6u);
  EXPECT_EQ(stack.components[0].name, "lxd");
  EXPECT_EQ(stack.components[0].plugin, "lxd");
  ASSERT_EQ(stack.secrets.size(), 4u);
  EXPECT_EQ(stack.secrets[2].type, "command");
  EXPECT_EQ(stack.secrets[2].source, (Json{"gh", "auth", "token"}));
  EXPECT_EQ(stack.secrets[3].source["length"], 24);
  ASSERT_EQ(stack.moved.size(), 1u);
}

TEST(Stack, EnvelopeIsReadAndTheRestAreSettings) {
  const Stack stack = loaded(k_home);
  const Component& ingress = *stack.find_component("ingress");
  EXPECT_EQ(ingress.plugin, "nginx");
  EXPECT_TRUE(ingress.protect);
  EXPECT_EQ(ingress.on_delete, "keep");
  EXPECT_EQ(ingress.ignore, std::vector<std::string>{"/replicas"});
  EXPECT_EQ(ingress.timeouts["create"], "20m");
  EXPECT_EQ(canonical(settings(stack, "ingress")), R"({"url":{"$dfx":{"output":"k3s","path":"/endpoint/address"}}})");
  EXPECT_EQ(settings(stack, "k3s")["servers"], (Json{"cp-a", "cp-b"}));
}

TEST(Stack, VariablesStandForWholeValuesAndInsideTexts) {
  const Stack stack = loaded(k_home, "home");
  const Json lxd = settings(stack, "lxd");
  EXPECT_EQ(lxd["defaults"]["network"]["gateway"], "192.0.2.1");
  EXPECT_EQ(lxd["defaults"]["network"]["dns"], Json::array({"192.0.2.1"}));
  EXPECT_EQ(settings(stack, "vpn")["routes"][0], parse_json(R"({"$dfx":{"concat":[{"$dfx":{"output":"k3s","path":"/endpoint/address"}},"/32"]}})"));
}

TEST(Stack, EnvironmentLiesOverTheBaseAndNullTakesAway) {
  const Stack stack = loaded(k_home, "small");
  const Json lxd = settings(stack, "lxd");
  EXPECT_EQ(lxd["defaults"]["type"], "container");
  EXPECT_EQ(lxd["defaults"]["image"], "ubuntu/24.04");
  EXPECT_EQ(lxd["hosts"].size(), 1u);
  EXPECT_EQ(lxd["machines"].size(), 1u);
  EXPECT_TRUE(lxd["machines"].contains("only"));
  EXPECT_EQ(settings(stack, "k3s")["servers"], Json::array({"only"})) << "lists are replaced";
  EXPECT_FALSE(settings(stack, "k3s").contains("agents"));
  EXPECT_FALSE(stack.find_component("kube-vip")->enabled);
  EXPECT_FALSE(stack.sandbox);
  EXPECT_EQ(stack.vars["domain"], "small.example.org");
}

TEST(Stack, SandboxWorksWithoutAnEnvironmentOfThatName) {
  const Stack stack = loaded("dfx: 1\nstack: x\n", "sandbox");
  EXPECT_TRUE(stack.sandbox);
  EXPECT_EQ(stack.environment, "sandbox");
  EXPECT_FALSE(loaded("dfx: 1\nstack: x\n").sandbox);
  EXPECT_EQ(loaded("dfx: 1\nstack: x\n").environment, "default");
}

TEST(Stack, OneEnvironmentIsChosenAndSeveralMustBeSaid) {
  const std::string head = "dfx: 1\nstack: x\nenvironments:\n";
  EXPECT_EQ(loaded(head + "  only: {}\n").environment, "only");
  const Diagnostics several = problems_of(head + "  a: {}\n  b: {}\n");
  ASSERT_EQ(several.list().size(), 1u);
  EXPECT_EQ(several.list()[0].code, "config.environment-required");
  EXPECT_NE(several.list()[0].detail.find("a, b"), std::string::npos);
  const Diagnostics unknown = problems_of(head + "  home: {}\n", "hoem");
  EXPECT_EQ(unknown.list()[0].code, "config.unknown-environment");
  EXPECT_EQ(unknown.list()[0].help, "did you mean `home`?");
  EXPECT_EQ(short_form(problems_of("dfx: 1\nstack: x\ndefault_environment: hme\n" "environments: {home: {}}\n")), "config.unknown-environment 3:22");
}

TEST(Stack, MistakeInAnOverlayNamesBothPlaces) {
  const std::string text = "dfx: 1\nstack: x\nrecipients: [age1qq]\nenvironments:\n  e: {recipients: nobody}\n";
  EXPECT_EQ(short_form(problems_of(text)), "config.wrong-type 5:19 (3:13)");
}

TEST(Stack, MistakesAreReportedTogetherSortedByPlace) {
  const std::string text = "dfx: 2\nstack: X_Y\nvras: {}\nsecrets: {s: {evn: A}}\ncomponents:\n  Bad_Name: {}\n";
  const Diagnostics problems = problems_of(text);
  EXPECT_EQ(short_form(problems), "config.bad-value 1:6; config.bad-value 2:8; config.unknown-key 3:1; config.missing-key 4:14; config.unknown-key 4:15; config.bad-name 6:3");
  EXPECT_EQ(problems.list()[2].help, "did you mean `vars`?");
}

struct Mistake {
  const char* name;
  const char* text;
  const char* problem;
};

class StackMistake : public testing::TestWithParam<Mistake> {};
INSTANTIATE_TEST_SUITE_P(
    All, StackMistake,
    testing::Values(
        Mistake{"empty", "", "config.empty 1:1"},
        Mistake{"list", "- a\n", "config.empty 1:1"},
        Mistake{"missing_name", "dfx: 1\n", "config.missing-key 1:1"},
        Mistake{"unknown_variable", "dfx: 1\nstack: x\nvars: {domain: a}\ncomponents: {c: {z: \"${var.domian}\"}}\n", "config.unknown-variable 4:22"},
        Mistake{"variable_ring", "dfx: 1\nstack: x\nvars: {a: \"${var.b}\", b: \"${var.a}\"}\n", "config.variable-ring 3:12"},
        Mistake{"mapping_inside_text", "dfx: 1\nstack: x\nvars: {m: {a: 1}}\ncomponents: {c: {z: \"x${var.m}\"}}\n", "config.bad-reference 4:23 (3:11)"},
        Mistake{"environment_key", "dfx: 1\nstack: x\nenvironments:\n  e: {component: {}}\n", "config.unknown-key 4:7"},
        Mistake{"environment_text", "dfx: 1\nstack: x\nenvironments:\n  e: x\n", "config.wrong-type 4:6"},
        Mistake{"component_text", "dfx: 1\nstack: x\ncomponents: {c: x}\n", "config.wrong-type 3:17"},
        Mistake{"enabled_guess", "dfx: 1\nstack: x\ncomponents: {c: {enabled: no}}\n", "config.wrong-type 3:27"},
        Mistake{"enabled_from_output", "dfx: 1\nstack: x\ncomponents: {c: {enabled: \"${d.on}\"}, d: {}}\n", "config.must-be-known 3:28"},
        Mistake{"on_delete_word", "dfx: 1\nstack: x\ncomponents: {c: {on_delete: kep}}\n", "config.bad-value 3:29"},
        Mistake{"timeout", "dfx: 1\nstack: x\ncomponents: {c: {timeouts: {create: soon}}}\n", "config.bad-value 3:37"},
        Mistake{"name_of_nothing", "dfx: 1\nstack:\nsecrets: x\n", "config.wrong-type 2:1; config.wrong-type 3:10"},
        Mistake{"environment_that_is_a_path", "dfx: 1\nstack: x\nenvironments:\n  ok: {}\n  ../up: {}\n  \"a/b\": {}\n",
                "config.bad-name 5:3; config.bad-name 6:3"},
        Mistake{"stack_that_is_a_path", "dfx: 1\nstack: ../x\n", "config.bad-value 2:8"},
        Mistake{"component_that_is_a_path", "dfx: 1\nstack: x\ncomponents: {a/b: {}}\n", "config.bad-name 3:14"},
        Mistake{"not_yet", "dfx: 1\nstack: x\nbackup: {to: x}\nnetwork: {}\nstate: {}\nplugins: {}\n",
                "config.not-yet 3:1; config.not-yet 4:1; config.not-yet 5:1; config.not-yet 6:1"},
        Mistake{"not_yet_in_an_environment", "dfx: 1\nstack: x\nenvironments: {e: {state: {}}}\n", "config.not-yet 3:20"},
        Mistake{"not_yet_in_a_component", "dfx: 1\nstack: x\ncomponents: {c: {version: 1, values: {}, patches: []}}\n",
                "config.not-yet 3:18; config.not-yet 3:30; config.not-yet 3:42"},
        Mistake{"move_of_a_list", "dfx: 1\nstack: x\nmoved: [{from: [a], to: c}]\n", "config.wrong-type 3:16"},
        Mistake{"move", "dfx: 1\nstack: x\nmoved: [{from: a/b, to: c}]\n", "config.bad-move 3:9"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST_P(StackMistake, IsPlacedWhereItIs) { EXPECT_EQ(short_form(problems_of(GetParam().text)), GetParam().problem); }

TEST(Stack, VariablesThatDoubleEachOtherEndQuickly) {
  std::string text = "dfx: 1\nstack: x\nvars:\n  v0: \"\"\n";
  for (int i = 1; i < 60; ++i) {
    const std::string before = "${var.v" + std::to_string(i - 1) + "}";
    text += "  v" + std::to_string(i) + ": \"" + before + before + "\"\n";
  }
  EXPECT_EQ(short_form(problems_of(text)), "");
  text.replace(text.find("v0: \"\""), 6, "v0: \"aaaa\"");
  EXPECT_EQ(problems_of(text).list()[0].code, "config.too-large");
}

TEST(Stack, ReferencesMayLookLikeEscapesAfterSubstitution) {
  const Stack stack = loaded("dfx: 1\nstack: x\nvars: {a: \"$${b}\"}\ncomponents: {c: {z: \"${var.a}\", y: \"p${var.a}q\"}}\n");
  EXPECT_EQ(settings(stack, "c"), (Json{{"y", "p${b}q"}, {"z", "${b}"}}));
}

class StackFile : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "/dfx-stack-XXXXXX";
    x_dir = mkdtemp(name.data());
  }
  void TearDown() override { std::filesystem::remove_all(x_dir); }
  static std::string refused(const std::filesystem::path& file) {
    Diagnostics warnings;
    try {
      load_stack(file, std::nullopt, warnings);
    } catch (const Error& e) {
      return e.diagnostics().list()[0].code;
    }
    return "";
  }
  std::filesystem::path x_dir;
};

TEST_F(StackFile, MissingFoldersAndPipesAreRefusedAtOnce) {
  EXPECT_EQ(refused(x_dir / "none.yaml"), "config.unreadable");
  EXPECT_EQ(refused(x_dir), "config.unreadable");
  ASSERT_EQ(mkfifo((x_dir / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(refused(x_dir / "pipe"), "config.unreadable");
}

TEST_F(StackFile, TooLargeAFileIsRefused) {
  std::ofstream(x_dir / "big.yaml") << std::string(5u << 20, '#');
  EXPECT_EQ(refused(x_dir / "big.yaml"), "config.too-large");
}

TEST(SourceText, LineOfASecretIsShownWithoutIt) {
  const std::string text = "dfx: 1\nstack: x\ncomponents: {c: {token: hunter2, b: 1}}\n";
  const Stack stack = loaded(text);
  Diagnostics problems;
  convert(stack.components[0].settings, {{"properties", {{"token", {{"type", "string"}, {"x-dfx-secret", true}}}}}}, {}, problems);
  const auto line = source_line({"stack.yaml", 3, 1, 1});
  ASSERT_TRUE(line);
  EXPECT_EQ(line->find("hunter2"), std::string::npos);
  EXPECT_NE(line->find("(secret)"), std::string::npos);
}

}  // namespace
}  // namespace dfx
