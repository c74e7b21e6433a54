#include "tests/unit/core/config/problems.hpp"
#include "tests/unit/core/engine/stack_fixture.hpp"

namespace dfx {
namespace {

class BindingsTest : public StackFixture {
 protected:
  void SetUp() override {
    StackFixture::SetUp();
    add_plugin("lxd", {{"provides", {"machines/1"}}}, [](const Json& r) {
      return std::vector<Json>{{{"provides", "machines/1"}, {"value", {{"of", r.at("component")}}}}};
    });
    add_plugin("k3s", {{"needs", {"machines/1"}}, {"provides", {"kubernetes/1"}}}, [](const Json& r) {
      return std::vector<Json>{{{"provides", "kubernetes/1"}, {"value", r.at("uses")}},
                               {{"output", "endpoint"}, {"value", {{"address", "192.0.2.1"}}}}};
    });
    add_plugin("metallb", {{"needs", {{{"capability", "kubernetes/1"}, {"optional", true}}}}});
    add_plugin("dns", Json::object());
  }
};

TEST_F(BindingsTest, TheOnlyProviderIsBoundWhateverTheOrderInTheFile) {
  EXPECT_EQ(short_form(problems("components:\n  k3s: {}\n  lxd: {}\n")), "");
  EXPECT_EQ(requests["k3s"]["uses"], parse_json(R"({"machines/1":{"component":"lxd","value":{"of":"lxd"}}})"));
}

TEST_F(BindingsTest, OptionalNeedWithoutAProviderIsLeftOut) {
  EXPECT_EQ(short_form(problems("components: {metallb: {}}\n")), "");
  EXPECT_EQ(requests["metallb"]["uses"], Json::object());
}

TEST_F(BindingsTest, NobodyProvidesAndTheInstalledPluginsThatCouldAreListed) {
  const Diagnostics found = problems("components:\n  k3s: {}\n");
  ASSERT_EQ(short_form(found), "engine.no-provider 4:3");
  EXPECT_EQ(found.list()[0].help, "add a component of one of these plugins: lxd");
}

TEST_F(BindingsTest, ProviderThatIsSwitchedOffIsShownAtItsPlace) {
  const Diagnostics found = problems("components:\n  lxd:\n    enabled: false\n  k3s: {}\n");
  ASSERT_EQ(short_form(found), "engine.no-provider 6:3 (5:14)");
  EXPECT_EQ(found.list()[0].other_label, "switched off here");
}

TEST_F(BindingsTest, SeveralProvidersAreListedWithTheirPlacesAndUsesDecides) {
  const std::string two = "components:\n  lxd: {}\n  other: {plugin: lxd}\n";
  const Diagnostics found = problems(two + "  k3s: {}\n");
  ASSERT_EQ(short_form(found), "engine.ambiguous-provider 6:3 (4:3)");
  EXPECT_NE(found.list()[0].detail.find("`lxd` (line 4), `other` (line 5)"), std::string::npos);
  EXPECT_EQ(found.list()[0].help, "say which: uses: {machines/1: lxd}");
  EXPECT_EQ(short_form(problems(two + "  k3s: {uses: {machines/1: other}}\n")), "");
  EXPECT_EQ(requests["k3s"]["uses"]["machines/1"]["value"]["of"], "other");
}

TEST_F(BindingsTest, UsesThatCannotHelpSaysWhyAndWhoCould) {
  const std::string lxd = "components:\n  lxd: {}\n  off: {plugin: lxd, enabled: false}\n  dns: {}\n";
  const auto detail = [&](const std::string& name) { return problems(lxd + "  k3s: {uses: {machines/1: " + name + "}}\n").list()[0]; };
  EXPECT_EQ(detail("nobody").code, "engine.bad-uses");
  EXPECT_EQ(detail("nobody").help, "these do: lxd");
  EXPECT_NE(detail("off").detail.find("switched off"), std::string::npos);
  EXPECT_NE(detail("dns").detail.find("does not provide"), std::string::npos);
  const Diagnostics unneeded = problems(lxd + "  k3s: {uses: {machine/1: lxd}}\n");
  EXPECT_EQ(unneeded.list()[0].help, "did you mean machines/1?");
}

TEST_F(BindingsTest, ComponentsThatUseEachOthersOutputsInARingAreShownAsOne) {
  const Diagnostics found = problems("components:\n  a: {plugin: dns, x: \"${b.y}\"}\n  b: {plugin: dns, x: \"${a.y}\"}\n");
  ASSERT_EQ(found.list().size(), 1u);
  EXPECT_EQ(found.list()[0].code, "engine.component-ring");
  EXPECT_TRUE(found.list()[0].detail == "a -> b -> a" || found.list()[0].detail == "b -> a -> b") << found.list()[0].detail;
}

TEST_F(BindingsTest, OutputOfAnotherComponentArrivesInSettings) {
  EXPECT_EQ(short_form(problems("components:\n  dns: {ip: \"${k3s.endpoint.address}/32\"}\n  k3s: {}\n  lxd: {}\n")), "");
  EXPECT_EQ(requests["dns"]["settings"]["ip"], parse_json(R"({"$dfx":{"concat":["192.0.2.1","/32"]}})"));
  const Diagnostics found = problems("components:\n  dns: {ip: \"${k3s.endpont}\"}\n  k3s: {}\n  lxd: {}\n");
  ASSERT_EQ(short_form(found), "engine.no-such-output 4:3");
  EXPECT_EQ(found.list()[0].help, "did you mean `endpoint`?");
}

}  // namespace
}  // namespace dfx
