#include "tests/unit/sandbox/lxd/daemon.hpp"

namespace dfx::sandbox::testing {
namespace {

class Instances : public Daemon {
 public:
  Instances() { give_image(); }
  std::string create_failure(Json wanted) { return failure(call("POST", "/1.0/instances", wanted)); }
  Json with(const char* part, const Json& value) const {
    Json wanted = container("c1");
    wanted[part] = value;
    return wanted;
  }
};

TEST_F(Instances, AreMadeStoppedAndStartedByAskingForIt) {
  create(container("c1"));
  EXPECT_EQ(instance("c1")["status"], "Stopped");
  EXPECT_EQ(change_state("c1", {{"action", "start"}, {"timeout", 30}}), "");
  EXPECT_EQ(instance("c1")["status"], "Running");
  EXPECT_EQ(change_state("c1", {{"action", "start"}}), "The instance is already running");
}

TEST_F(Instances, HoldTextsOnly) {
  create(with("config", {{"limits.cpu", "2"}, {"limits.memory", "1GiB"}, {"user.dfx.id", "x"}}));
  const Json config = instance("c1")["config"];
  for (const auto& [key, value] : config.items()) EXPECT_TRUE(value.is_string()) << key;
  EXPECT_EQ(instance("c1")["config"]["image.os"], "Debian");
  EXPECT_EQ(instance("c1")["expanded_devices"]["root"]["pool"], "default");
}

TEST_F(Instances, WithMistakesFailInTheOperationWithTheDaemonsWords) {
  const std::string record = "Failed creating instance record: ";
  EXPECT_EQ(create_failure(with("config", {{"bogus", "1"}})), record + "Unknown configuration key: bogus");
  EXPECT_EQ(create_failure(with("config", {{"limits.cpu", "x"}})), record + "Invalid CPU limit syntax");
  EXPECT_EQ(create_failure(with("config", {{"boot.autostart", "x"}})), record + "Invalid value for a boolean \"x\"");
  EXPECT_EQ(create_failure(with("devices", {{"a", {{"type", "bogus"}}}})), record + "Invalid device type bogus");
  EXPECT_EQ(create_failure(with("devices", {{"root", {{"type", "disk"}, {"path", "/"}, {"pool", "nope"}}}})),
            record + "Failed initialising instance: Failed loading storage pool: Storage pool not found");
  EXPECT_EQ(create_failure(with("profiles", {"default", "default"})), record + "Duplicate profile found in request");
  EXPECT_EQ(call("GET", "/1.0/instances").metadata(), Json::array());
}

TEST_F(Instances, WithWorseMistakesAreRefusedAtOnce) {
  EXPECT_EQ(call("POST", "/1.0/instances", container("e_2")).error(),
            "Invalid instance name: Name can only contain alphanumeric and hyphen characters");
  EXPECT_EQ(call("POST", "/1.0/instances", with("profiles", {"nope"})).error(), "Requested profile \"nope\" doesn't exist");
  EXPECT_EQ(call("POST", "/1.0/instances", with("source", {{"type", "image"}, {"alias", "nope"}})).status(), 404);
  EXPECT_EQ(call("POST", "/1.0/instances", with("source", {{"type", "zz"}})).error(), "Unknown source type zz");
}

TEST_F(Instances, OfTheSameNameFail) {
  create(container("c1"));
  EXPECT_EQ(create_failure(container("c1")),
            "Failed creating instance record: Add instance info to the database: This \"instances\" entry already exists");
}

TEST_F(Instances, AreBusyWhileSomethingHappensToThem) {
  const Answer making = call("POST", "/1.0/instances", container("c1"));
  pass(0.01);
  EXPECT_EQ(failure(call("PUT", "/1.0/instances/c1/state", {{"action", "start"}}), 0.01),
            "Failed to create instance start operation: Instance is busy running a \"create\" operation");
  EXPECT_EQ(failure(making), "");
}

TEST_F(Instances, ThatRunAreNotDeleted) {
  create(container("c1"));
  change_state("c1", {{"action", "start"}});
  EXPECT_EQ(call("DELETE", "/1.0/instances/c1").status(), 400);
  EXPECT_EQ(call("DELETE", "/1.0/instances/c1").error(), "Instance is running");
  EXPECT_EQ(change_state("c1", {{"action", "stop"}, {"force", true}, {"timeout", 30}}), "");
  EXPECT_EQ(failure(call("DELETE", "/1.0/instances/c1")), "");
  EXPECT_EQ(call("GET", "/1.0/instances/c1").error(), "Instance not found");
}

TEST_F(Instances, ThatAreProtectedAreNotDeleted) {
  create(with("config", {{"security.protection.delete", "true"}}));
  EXPECT_EQ(failure(call("DELETE", "/1.0/instances/c1")), "Container is protected");
  EXPECT_EQ(call("PATCH", "/1.0/instances/c1", {{"config", {{"security.protection.delete", ""}}}}).status(), 200);
  EXPECT_EQ(failure(call("DELETE", "/1.0/instances/c1")), "");
}

TEST_F(Instances, AreChangedWholeByPutAndInPartByPatch) {
  create(with("config", {{"limits.cpu", "1"}}));
  Json whole = instance("c1");
  whole["config"]["limits.cpu"] = "2";
  EXPECT_EQ(failure(call("PUT", "/1.0/instances/c1", whole)), "");
  EXPECT_EQ(instance("c1")["config"]["limits.cpu"], "2");
  EXPECT_EQ(call("PATCH", "/1.0/instances/c1", {{"config", {{"user.note", "hi"}}}}).status(), 200);
  EXPECT_EQ(instance("c1")["config"]["limits.cpu"], "2");
  whole = instance("c1");
  whole["config"].erase("volatile.idmap.next");
  EXPECT_EQ(failure(call("PUT", "/1.0/instances/c1", whole)), "Volatile idmap keys can't be deleted by the user");
}

TEST_F(Instances, AreNotOverwrittenBehindSomebodysBack) {
  create(container("c1"));
  const std::string etag = call("GET", "/1.0/instances/c1").header("ETag");
  const Json whole = instance("c1");
  EXPECT_EQ(call("PATCH", "/1.0/instances/c1", {{"config", {{"user.a", "1"}}}}, {{"if-match", etag}}).status(), 200);
  EXPECT_EQ(call("PUT", "/1.0/instances/c1", whole, {{"if-match", etag}}).status(), 412);
}

TEST_F(Instances, MayNotShareAnAddressOfAManagedBridgeWhenTheyStartOrChange) {
  const Json nic = {{"eth0", {{"type", "nic"}, {"network", "lxdbr0"}, {"ipv4.address", "10.66.7.20"}}}};
  const std::string taken = "for device \"eth0\": IP address \"10.66.7.20\" already defined on another NIC";
  create(with("devices", nic));
  Json second = with("devices", nic);
  second["name"] = "c2";
  create(second);
  EXPECT_EQ(change_state("c1", {{"action", "start"}}), "Failed start validation " + taken);
  EXPECT_EQ(change_state("c2", {{"action", "start"}}), "Failed start validation " + taken);
  second["name"] = "c3";
  second["devices"]["eth0"].erase("ipv4.address");
  create(second);
  EXPECT_EQ(call("PATCH", "/1.0/instances/c3", {{"devices", nic}}).status(), 409);
  EXPECT_EQ(call("PATCH", "/1.0/instances/c3", {{"devices", nic}}).error(), "Failed update validation " + taken);
}

TEST_F(Instances, MustHaveAnAddressOfTheirBridge) {
  EXPECT_EQ(create_failure(with("devices", {{"eth0", {{"type", "nic"}, {"network", "lxdbr0"}, {"ipv4.address", "10.1.1.1"}}}})),
            "Failed creating instance record: Failed initialising instance: Invalid devices: Device validation failed for "
            "\"eth0\": Device IP address \"10.1.1.1\" not within network \"lxdbr0\" subnet");
}

TEST_F(Instances, WithoutAnImageDoNotStart) {
  create(with("source", {{"type", "none"}}));
  EXPECT_NE(change_state("c1", {{"action", "start"}}).find("rootfs"), std::string::npos);
  EXPECT_EQ(instance("c1")["status"], "Stopped");
}

TEST_F(Instances, FailWhenTheDiskIsFullAndLeaveNothing) {
  set_faults({{"rules", {{{"disk", "full"}}}}});
  EXPECT_NE(create_failure(container("c1")).find("No space left on device"), std::string::npos);
  EXPECT_EQ(call("GET", "/1.0/instances").metadata(), Json::array());
}

TEST_F(Instances, FetchTheirImageFirst) {
  const Json source = {{"type", "image"}, {"protocol", "simplestreams"}, {"server", "https://cloud-images.ubuntu.com/releases"}};
  Json wanted = with("source", source);
  wanted["source"]["alias"] = "24.04";
  create(wanted);
  EXPECT_EQ(instance("c1")["config"]["image.release"], "noble");
  wanted["name"] = "c2";
  wanted["source"]["alias"] = "3.11";
  EXPECT_EQ(create_failure(wanted),
            "Failed getting remote image info: Failed getting image: The requested image couldn't be found");
}

TEST_F(Instances, AreListedShortLongAndWhole) {
  create(container("c1"));
  create(container("c2"));
  EXPECT_EQ(call("GET", "/1.0/instances").metadata(), Json::array({"/1.0/instances/c1", "/1.0/instances/c2"}));
  EXPECT_EQ(call("GET", "/1.0/instances?recursion=1").metadata()[0]["name"], "c1");
  EXPECT_EQ(call("GET", "/1.0/instances?recursion=2").metadata()[1]["state"]["status"], "Stopped");
  EXPECT_EQ(call("GET", "/1.0/instances?recursion=1&filter=name eq c2").metadata().size(), 1u);
  EXPECT_EQ(call("GET", "/1.0/instances?instance-type=virtual-machine").metadata(), Json::array());
}

TEST_F(Instances, ThatDoNotObeyAreStoppedByForceOnly) {
  set_faults({{"rules", {{{"guest", {{"shutdown", "never"}}}}}}});
  create(container("c1"));
  change_state("c1", {{"action", "start"}});
  EXPECT_NE(failure(call("PUT", "/1.0/instances/c1/state", {{"action", "stop"}, {"timeout", 2}}), 3).find("deadline exceeded"),
            std::string::npos);
  EXPECT_EQ(instance("c1")["status"], "Running");
  EXPECT_EQ(change_state("c1", {{"action", "stop"}, {"force", true}}), "");
  EXPECT_EQ(instance("c1")["status"], "Stopped");
}

TEST_F(Instances, ThatAreEphemeralGoWhenTheyStop) {
  create(with("ephemeral", true));
  change_state("c1", {{"action", "start"}});
  change_state("c1", {{"action", "stop"}, {"force", true}});
  EXPECT_EQ(call("GET", "/1.0/instances/c1").status(), 404);
}

TEST_F(Instances, ThatRunTakeNoNicOfABridgeThatTheHostLacks) {
  create(container("c1"));
  change_state("c1", {{"action", "start"}});
  const Json nic = {{"lan", {{"type", "nic"}, {"nictype", "bridged"}, {"parent", "br7"}}}};
  EXPECT_EQ(call("PATCH", "/1.0/instances/c1", {{"devices", nic}}).error(),
            "Failed to start device \"lan\": Parent device \"br7\" doesn't exist");
}

TEST_F(Instances, RefuseToStartOnABridgeThatTheHostLacks) {
  create(with("devices", {{"eth0", {{"type", "nic"}, {"nictype", "bridged"}, {"parent", "br7"}}}}));
  EXPECT_NE(change_state("c1", {{"action", "start"}}).find("br7"), std::string::npos);
  EXPECT_EQ(instance("c1")["status"], "Stopped");
}

}  // namespace
}  // namespace dfx::sandbox::testing
