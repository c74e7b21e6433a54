// The C++ layer over dfx.ssh/1 and dfx.artifact/1, against the fake host that plugins' tests use.
#include <gtest/gtest.h>

#include "sdk/testing/fake_host.hpp"

namespace {

using namespace dfx::sdk;
using namespace dfx::testing;

const std::string k_facts = "# facts\nset -eu\nuname -r\n";
const std::string k_sum(64, 'a');
const Json k_machine = {{"address", "10.0.0.1"}, {"port", 22}, {"user", "ubuntu"}, {"host_key", "ssh-ed25519 AAAA"}};

// Its desired says what to do with the machine; what it met stands in the outputs.
struct ToolKind : Kind {
  Json describe() const override { return {{"kind", "tool.use"}}; }
  void read(const Call& call, const Json& batch) const override {
    const Json& item = batch["items"][0];
    call.respond({{"address", item["address"]}, {"result", "present"}, {"observed", use(call, item["desired"])}});
  }
  Json apply(const Call& call, const Json& request) const override { return {{"outputs", use(call, request["desired"])}}; }

  static Json use(const Call& call, const Json& desired) {
    const Machine machine(call, k_machine);
    const std::string verb = desired.at("verb");
    if (verb == "run") return {{"words", machine.run(desired.at("argv")).words()}};
    if (verb == "facts") return {{"output", machine.exec({.script = k_facts, .args = {"a b"}}).output}};
    if (verb == "read") return {{"text", machine.read("/etc/x").value_or("(none)")}};
    if (verb == "push") {
      const Artifact artifact(call, k_sum);
      artifact.fetch({"https://mirror/k3s"});
      return {{"changed", artifact.push(machine, {.path = "/usr/local/bin/k3s", .mode = "0755"}).changed}};
    }
    const WantedFile file{.path = "/etc/x", .contents = desired.at("contents"), .mode = "0600"};
    if (verb == "write") return {{"changed", machine.write(file).changed}};
    const SeenFile seen = machine.look({file}).front();
    return {{"type", seen.type}, {"same", seen.same.value_or(false)}};
  }
};

struct ToolPlugin : Plugin {
  Json manifest() const override {
    return {{"summary", "uses a machine"},
            {"read_only", {{{"script", k_facts}}, {{"argv", {"systemctl", "show", "..."}}}}}};
  }
  void expand(const Call& call, const Json&, Expansion&) const override { Machine(call, k_machine).run({"true"}); }
  std::vector<std::unique_ptr<Kind>> kinds() const override {
    std::vector<std::unique_ptr<Kind>> out;
    out.push_back(std::make_unique<ToolKind>());
    return out;
  }
};

DFX_PLUGIN(ToolPlugin, "tool", "1.0.0")

class Tool : public testing::Test {
 protected:
  Outcome apply(const Json& desired) { return plugin.apply({{"kind", "tool.use"}, {"desired", desired}}); }
  Outcome read(const Json& desired) {
    return plugin.read({{"kind", "tool.use"}, {"items", {{{"address", "t/tool.use/a"}, {"desired", desired}}}}});
  }
  Json outputs(const Json& desired) { return apply(desired).lines.at(0).at("outputs"); }

  FakeHost host;
  LoadedPlugin plugin{dfx_plugin_entry, host};
};

TEST_F(Tool, AnyExitIsAnAnswerWithWords) {
  host.machines.on("systemctl start k3s", Said{"", 5, "Failed to start.\nUnit k3s.service not found.\n"});
  EXPECT_EQ(outputs({{"verb", "run"}, {"argv", {"systemctl", "start", "k3s"}}})["words"],
            "exit status 5: Unit k3s.service not found.");
  host.machines.on("sleep*", Said{.signal = "KILL"});
  EXPECT_EQ(outputs({{"verb", "run"}, {"argv", {"sleep", "9"}}})["words"], "ended by signal KILL");
}

TEST_F(Tool, OnlyDeclaredCommandsRunOutsideApply) {
  host.machines.on("*", Said{"6.1\n"});
  EXPECT_EQ(read({{"verb", "facts"}}).lines.at(0)["observed"]["output"], "6.1\n");
  EXPECT_EQ(host.machines.log.back(), "10.0.0.1 facts a b");
  EXPECT_EQ(read({{"verb", "run"}, {"argv", {"systemctl", "show", "k3s"}}}).status, DFX_OK);
  EXPECT_EQ(read({{"verb", "run"}, {"argv", {"systemctl", "show", "--runtime"}}}).status, DFX_INVALID);
  EXPECT_EQ(read({{"verb", "run"}, {"argv", {"systemctl", "stop", "k3s"}}}).code(), "fake.refused");
  EXPECT_EQ(read({{"verb", "write"}, {"contents", "x"}}).status, DFX_INVALID);
  EXPECT_EQ(plugin.expand({{"settings", Json::object()}}).status, DFX_INVALID);
}

TEST_F(Tool, FilesAreWrittenOnceAndSeen) {
  const Json secret = {{"$dfx", {{"concat", {"token: ", {{"$dfx", {{"secret", "stack/t"}}}}}}}}};
  EXPECT_EQ(read({{"verb", "look"}, {"contents", secret}}).lines.at(0)["observed"]["type"], "absent");
  EXPECT_EQ(outputs({{"verb", "write"}, {"contents", secret}})["changed"], true);
  EXPECT_EQ(outputs({{"verb", "write"}, {"contents", secret}})["changed"], false);
  EXPECT_EQ(host.machines.log, (std::vector<std::string>{"10.0.0.1 write /etc/x", "10.0.0.1 keep /etc/x"}));
  EXPECT_EQ(read({{"verb", "look"}, {"contents", secret}}).lines.at(0)["observed"]["same"], true);
  EXPECT_EQ(read({{"verb", "look"}, {"contents", "other"}}).lines.at(0)["observed"]["same"], false);
  EXPECT_EQ(host.machines.file("10.0.0.1", "/etc/x").mode, "0600");
}

TEST_F(Tool, WhatIsNoFileHasNoContents) {
  EXPECT_EQ(outputs({{"verb", "read"}})["text"], "(none)");
  host.machines.files["10.0.0.1"]["/etc/x"] = {"hello\n"};
  EXPECT_EQ(outputs({{"verb", "read"}})["text"], "hello\n");
}

TEST_F(Tool, ArtifactsAreFetchedThenPushedOnce) {
  EXPECT_EQ(apply({{"verb", "push"}}).status, DFX_ABSENT);
  host.machines.artifacts[k_sum] = "ELF";
  EXPECT_EQ(outputs({{"verb", "push"}})["changed"], true);
  EXPECT_EQ(outputs({{"verb", "push"}})["changed"], false);
  EXPECT_EQ(host.machines.file("10.0.0.1", "/usr/local/bin/k3s").contents, "ELF");
}

TEST_F(Tool, AMachineThatIsDownIsUnreachable) {
  host.machines.down.insert("10.0.0.1");
  EXPECT_EQ(read({{"verb", "facts"}}).status, DFX_UNREACHABLE);
  EXPECT_EQ(apply({{"verb", "write"}, {"contents", "x"}}).status, DFX_UNREACHABLE);
}

TEST(ReadOnlyRules, StandForWordsButNeverForOptions) {
  using Words = std::vector<std::string>;
  EXPECT_TRUE(matches_words({"cat", "*"}, {"cat", "/etc/x"}));
  EXPECT_FALSE(matches_words({"cat", "*"}, {"cat"}));
  EXPECT_FALSE(matches_words({"cat", "*"}, {"cat", "-"}));
  EXPECT_FALSE(matches_words({"cat", "*"}, {"cat", "a", "b"}));
  EXPECT_TRUE(matches_words({"ls", "-l", "..."}, {"ls", "-l"}));
  EXPECT_TRUE(matches_words({"ls", "-l", "..."}, {"ls", "-l", "a", "b"}));
  EXPECT_FALSE(matches_words({"ls", "-l", "..."}, {"ls", "-l", "a", "--color"}));
  EXPECT_FALSE(matches_words({"ls"}, {"ls", "a"}));
  EXPECT_FALSE(matches_words(Words{}, Words{}));
}

}  // namespace
