// Instances between dfx's words and LXD's.
#include "plugins/lxd/instance_payload.hpp"

#include <gtest/gtest.h>

#include "plugins/lxd/instance_lifecycle.hpp"
#include "tests/unit/plugins/golden.hpp"

namespace dfx::lxd {
namespace {

Json desired_vm() {
  return {{"name", "cp-a"},
          {"type", "virtual-machine"},
          {"image", "ubuntu/24.04"},
          {"user", "dfx"},
          {"address", "192.168.0.161/24"},
          {"cpu", 2},
          {"memory", "4GiB"},
          {"disk", {{"size", "32GiB"}, {"pool", "default"}}},
          {"config", {{"security.secureboot", "false"}}},
          {"labels", {{"role", "server"}}},
          {"profiles", {"default"}},
          {"state", "running"},
          {"protect", true},
          {"autostart", true},
          {"devices",
           {{"eth0",
             {{"type", "nic"},
              {"name", "eth0"},
              {"nictype", "bridged"},
              {"parent", "br0"},
              {"hwaddr", "00:16:3e:00:00:01"}}}}},
          {"source",
           {{"server", "https://cloud-images.ubuntu.com/releases"},
            {"alias", "24.04"},
            {"protocol", "simplestreams"}}},
          {"boot", {{"user_data", {{"$dfx", {{"secret", "x"}}}}}, {"network_config", "version: 2\n"}}},
          {"host_key", "ssh-ed25519 AAAA"},
          {"ready", {{"until", "ssh"}, {"port", 22}}},
          {"stop_timeout", 60}};
}

Json desired_container() {
  Json d = desired_vm();
  d["type"] = "container";
  d["source"] = {{"fingerprint", std::string(64, 'f')}};
  d["disk"] = {{"size", "10GiB"}};
  for (const char* key : {"labels", "protect", "autostart"}) d.erase(key);
  d["config"] = {{"security.nesting", "true"}};
  return d;
}

const Json k_marker = {{"stack", "id1"},
                       {"environment", "home"},
                       {"address", "lxd/lxd.instance/cp-a"},
                       {"generation", 1},
                       {"operation", "op1"}};

TEST(CreatePayload, OfAVirtualMachineWithTodaysKeys) {
  testing::expect_golden("create_vm.json", create_body(desired_vm(), k_marker, true, Json::object()).dump(1) + "\n");
}
TEST(CreatePayload, OfAVirtualMachineWithTheKeysOfOldDaemons) {
  testing::expect_golden("create_vm_user_keys.json",
                create_body(desired_vm(), k_marker, false, Json::object()).dump(1) + "\n");
}
TEST(CreatePayload, OfAContainerThatTakesItsRootFromAProfile) {
  ASSERT_TRUE(needs_profile_root(desired_container()));
  const Json root = {{"disk0", {{"type", "disk"}, {"path", "/"}, {"pool", "fast"}}}};
  testing::expect_golden("create_container.json",
                create_body(desired_container(), k_marker, true, root).dump(1) + "\n");
}

// What the daemon shows of an instance that was made with `desired`.
Json instance_of(const Json& desired) {
  Json there = create_body(desired, k_marker, true, Json::object());
  there["status"] = "Running";
  there["expanded_devices"] = there["devices"];
  there["config"]["volatile.eth0.host_name"] = "veth1";
  return there;
}

// What is create-only is not shown; nothing else differs.
void expect_same(const Json& desired, const Json& observed) {
  for (const auto& [key, value] : desired.items()) {
    if (key == "source" || key == "boot" || key == "host_key" || key == "ready" || key == "stop_timeout")
      continue;
    EXPECT_EQ(observed.value(key, Json()), value) << key;
  }
}

TEST(Observed, IsWhatWasWantedRightAfterTheCreate) {
  expect_same(desired_vm(), observed_instance(instance_of(desired_vm()), desired_vm()));
}

TEST(Observed, DoesNotMindOtherSpellings) {
  Json there = instance_of(desired_vm());
  there["config"]["limits.memory"] = "4096MiB";
  there["config"]["boot.autostart"] = "1";
  there["config"]["security.secureboot"] = "no";
  there["devices"]["root"]["size"] = there["expanded_devices"]["root"]["size"] = "32768MiB";
  expect_same(desired_vm(), observed_instance(there, desired_vm()));
}

TEST(Observed, ShowsWhatSomebodyChanged) {
  Json there = instance_of(desired_vm());
  there["config"]["limits.memory"] = "2GiB";
  there["config"].erase("limits.cpu");
  there["config"].erase("security.secureboot");
  there["devices"].erase("eth0");
  there["status"] = "Stopped";
  const Json seen = observed_instance(there, desired_vm());
  EXPECT_EQ(seen["memory"], "2GiB");
  EXPECT_EQ(seen["cpu"], nullptr);
  EXPECT_EQ(seen["config"]["security.secureboot"], nullptr);
  EXPECT_EQ(seen["devices"]["eth0"]["parent"], nullptr) << "each leaf must be shown as gone";
  EXPECT_EQ(seen["state"], "stopped");
}

TEST(UpdatePayload, KeepsWhatOthersHaveSet) {
  Json there = instance_of(desired_vm());
  there["config"]["user.note"] = "mine";
  there["devices"]["usb"] = {{"type", "usb"}};
  Json wanted = desired_vm();
  wanted["memory"] = "6GiB";
  const Json body = update_body(there, wanted, desired_vm(), k_marker);
  EXPECT_EQ(body["config"]["limits.memory"], "6GiB");
  EXPECT_EQ(body["config"]["user.note"], "mine");
  EXPECT_EQ(body["config"]["volatile.eth0.host_name"], "veth1");
  EXPECT_EQ(body["devices"]["usb"]["type"], "usb");
}

TEST(UpdatePayload, TakesAwayWhatIsWantedNoMore) {
  Json wanted = desired_vm();
  for (const char* key : {"cpu", "labels", "config", "devices", "autostart"}) wanted.erase(key);
  const Json body = update_body(instance_of(desired_vm()), wanted, desired_vm(), k_marker);
  for (const char* key : {"limits.cpu", "user.dfx.label.role", "security.secureboot", "boot.autostart"})
    EXPECT_FALSE(body["config"].contains(key)) << key;
  EXPECT_FALSE(body["devices"].contains("eth0"));
  EXPECT_TRUE(body["devices"].contains("root"));
}

TEST(Restart, IsNeededOnlyForWhatCountsFromTheStart) {
  const Json before = observed_instance(instance_of(desired_vm()), desired_vm());
  Json wanted = desired_vm();
  EXPECT_FALSE(needs_restart(wanted, before));
  wanted["cpu"] = 4;
  EXPECT_FALSE(needs_restart(wanted, before));
  wanted["memory"] = "2GiB";
  EXPECT_FALSE(needs_restart(wanted, before)) << "a balloon can shrink";
  wanted["memory"] = "8GiB";
  EXPECT_TRUE(needs_restart(wanted, before));
  wanted = desired_vm();
  wanted["config"]["security.secureboot"] = "true";
  EXPECT_TRUE(needs_restart(wanted, before));
}

TEST(Restart, IsNotNeededForAContainersMemoryOrForWhatDoesNotRun) {
  const Json container = desired_container();
  Json before = observed_instance(instance_of(container), container);
  Json wanted = container;
  wanted["memory"] = "8GiB";
  EXPECT_FALSE(needs_restart(wanted, before));
  wanted["config"]["security.nesting"] = "false";
  EXPECT_TRUE(needs_restart(wanted, before));
  before["state"] = "stopped";
  EXPECT_FALSE(needs_restart(wanted, before));
}

}  // namespace
}  // namespace dfx::lxd
