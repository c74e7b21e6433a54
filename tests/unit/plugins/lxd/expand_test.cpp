// The example and the home stack, from YAML to resources.
#include "core/config/stack.hpp"
#include "plugins/lxd/json.hpp"
#include "tests/unit/plugins/lxd/fixture.hpp"
#include "tests/unit/plugins/golden.hpp"

namespace dfx::lxd {
namespace {

class LxdExpand : public LxdTest {
 protected:
  Outcome expand_file(const std::string& file, const std::string& environment) {
    Diagnostics warnings;
    const Stack stack = load_stack(file, environment, warnings);
    const Component& component = *stack.find_component("lxd");
    Diagnostics problems;
    const dfx::Json settings =
        convert(component.settings, LoadedPlugin::manifest(dfx_plugin_entry)["settings"],
                convert_options(stack, component), problems);
    for (const Diagnostic& d : problems.list()) ADD_FAILURE() << d.summary << ": " << d.detail;
    const Outcome out = expand(settings, environment);
    for (const Json& d : out.diagnostics) ADD_FAILURE() << d;
    return out;
  }
  Outcome expand(const Json& settings, const std::string& environment = "home") {
    return plugin.expand({{"component", "lxd"},
                          {"stack", {{"name", "machines"}, {"id", "id1"}, {"environment", environment}}},
                          {"settings", settings},
                          {"uses", Json::object()}});
  }
  static std::string lines(const Outcome& out) {
    std::string text;
    for (const Json& line : out.lines) text += line.dump(1) + "\n";
    return text;
  }
  static Json resource(const Outcome& out, const std::string& kind, const std::string& name) {
    for (const Json& line : out.lines)
      if (line.contains("resource") && line["resource"]["kind"] == kind && line["resource"]["name"] == name)
        return line["resource"];
    ADD_FAILURE() << "no " << kind << " " << name;
    return Json::object();
  }
};

TEST_F(LxdExpand, TheExampleBecomesTheseResources) {
  const Outcome out = expand_file(std::string(DFX_SOURCE_DIR) + "/examples/machines.stack.yaml", "home");
  ASSERT_EQ(out.status, DFX_OK);
  testing::expect_golden("example.jsonl", lines(out));
}

TEST_F(LxdExpand, NothingButTheEnvironmentDiffersInTheSandbox) {
  const std::string file = std::string(DFX_SOURCE_DIR) + "/examples/machines.stack.yaml";
  EXPECT_EQ(expand_file(file, "sandbox").lines.size(), expand_file(file, "home").lines.size());
}

TEST_F(LxdExpand, EverySettingBecomesSomething) {
  const Outcome out = expand_file(std::string(DFX_GOLDEN_DIR) + "/everything.stack.yaml", "default");
  ASSERT_EQ(out.status, DFX_OK);
  testing::expect_golden("everything.jsonl", lines(out));
}

TEST_F(LxdExpand, TheFirstContactIsPinnedByTheStackFileAndLaterOnesByTheTrust) {
  const Outcome out = expand(
      {{"hosts",
        {{"kkh", {{"url", "https://192.168.0.10:8443"}, {"fingerprint", "AB:" + std::string(62, 'c')}}}}}});
  EXPECT_EQ(resource(out, "lxd.trust", "kkh")["connection"]["fingerprint"], "ab" + std::string(62, 'c'));
  EXPECT_EQ(resource(out, "lxd.host", "kkh")["connection"]["fingerprint"],
            reference("lxd/lxd.trust/kkh", "/fingerprint"));
}

TEST_F(LxdExpand, AMachineOnAManagedNetworkGetsItsAddressByReservation) {
  const Outcome out = expand({{"hosts", {{"kkh", {{"url", "https://192.168.0.10:8443"}}}}},
                              {"machines",
                               {{"a",
                                 {{"host", "kkh"},
                                  {"image", "x"},
                                  {"address", "10.0.0.5/24"},
                                  {"network", {{"network", "lxdbr0"}}}}}}}});
  const Json desired = resource(out, "lxd.instance", "a")["desired"];
  EXPECT_EQ(desired["devices"]["eth0"]["ipv4.address"], "10.0.0.5");
  EXPECT_FALSE(desired["devices"]["eth0"].contains("nictype"));
  EXPECT_FALSE(desired["boot"].contains("network_config"));
}

TEST_F(LxdExpand, AMachineWithoutAnAddressProvidesALateOne) {
  const Outcome out = expand({{"hosts", {{"kkh", {{"url", "https://192.168.0.10:8443"}}}}},
                              {"machines", {{"a", {{"host", "kkh"}, {"image", "x"}}}}}});
  const Json late = reference("lxd/lxd.instance/a", "/address");
  for (const Json& line : out.lines)
    EXPECT_TRUE(!line.contains("provides") || line["value"]["a"]["address"] == late);
  EXPECT_FALSE(resource(out, "lxd.instance", "a")["desired"].contains("devices"));
}

TEST_F(LxdExpand, ImagesAreLookedUpOncePerHostAndType) {
  const Json machine = {{"host", "kkh"}, {"image", "ubuntu/24.04"}};
  Json vm = machine;
  vm["type"] = "virtual-machine";
  const Outcome out = expand({{"hosts", {{"kkh", {{"url", "https://192.168.0.10:8443"}}}}},
                              {"machines", {{"a", machine}, {"b", machine}, {"c", vm}}}});
  std::size_t lookups = 0;
  for (const Json& line : out.lines)
    lookups += line.contains("resource") && line["resource"]["kind"] == "lxd.image" ? 1 : 0;
  EXPECT_EQ(lookups, 2u);
  EXPECT_EQ(resource(out, "lxd.instance", "a")["desired"]["source"],
            reference("lxd/lxd.image/kkh:ubuntu%2F24.04", ""));
}

}  // namespace
}  // namespace dfx::lxd
