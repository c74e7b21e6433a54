#include "tests/unit/sandbox/lxd/daemon.hpp"

namespace dfx::sandbox::testing {
namespace {

constexpr const char* k_user_data = R"(#cloud-config
hostname: node-1
ssh_keys:
  ed25519_private: |
    SECRET
  ed25519_public: ssh-ed25519 AAAA host
write_files:
  - path: /run/marker
    content: "done"
runcmd:
  - [touch, /run/x]
)";

constexpr const char* k_network = R"(version: 2
ethernets:
  eth0:
    dhcp4: false
    addresses: [192.168.0.161/24]
)";

class Guest : public Daemon {
 public:
  Guest() { give_image(); }
  Json wanted() {
    Json body = container("c1");
    body["config"] = {{"cloud-init.user-data", k_user_data}, {"cloud-init.network-config", k_network}};
    body["devices"] = {{"eth0", {{"type", "nic"}, {"nictype", "bridged"}, {"parent", "lan0"}}}};
    return body;
  }
  // Running since now.
  void boot(const Json& body) {
    create(body);
    const Answer started = call("PUT", "/1.0/instances/c1/state", {{"action", "start"}});
    pass(0.08);
    EXPECT_EQ(peek(started)["status"], "Success");
  }
  Json state() { return call("GET", "/1.0/instances/c1/state").metadata(); }
  Json addresses() { return state()["network"]["eth0"]["addresses"]; }
  Json run(const Json& command, double seconds = 1) {
    const Json body = {{"command", command}, {"record-output", true}, {"wait-for-websocket", false}, {"interactive", false}};
    return outcome(call("POST", "/1.0/instances/c1/exec", body), seconds);
  }
  std::string output(const Json& operation) {
    return call("GET", operation["metadata"]["output"]["1"].get<std::string>()).reply.body;
  }
};

TEST_F(Guest, ClimbsTheLadderOneRungAfterTheOther) {
  boot(wanted());
  EXPECT_EQ(state()["status"], "Running");
  EXPECT_EQ(addresses().size(), 1u);
  EXPECT_EQ(addresses()[0]["scope"], "link");
  pass(0.11);
  EXPECT_EQ(state()["network"]["eth0"]["addresses"][0]["address"], "192.168.0.161");
  EXPECT_EQ(call("GET", "/1.0/instances/c1/files?path=/run/marker").status(), 404);
  pass(0.3);
  EXPECT_EQ(call("GET", "/1.0/instances/c1/files?path=/run/marker").reply.body, "done");
}

TEST_F(Guest, TellsHowCloudInitEnded) {
  boot(wanted());
  const Json operation = run({"cloud-init", "status", "--wait", "--format", "json"});
  EXPECT_EQ(operation["metadata"]["return"], 0);
  EXPECT_EQ(Json::parse(output(operation))["status"], "done");
}

TEST_F(Guest, KeepsAnExecThatWaitsOpenUntilCloudInitIsThere) {
  boot(wanted());
  const Json body = {{"command", {"cloud-init", "status", "--wait"}}, {"record-output", true}};
  const Answer waiting = call("POST", "/1.0/instances/c1/exec", body);
  pass(0.2);
  EXPECT_EQ(peek(waiting)["status"], "Running");
  pass(0.5);
  EXPECT_EQ(peek(waiting)["status"], "Success");
}

TEST_F(Guest, ReportsCloudInitsFailureWithTheConsole) {
  set_faults({{"rules", {{{"machine", "c1"}, {"guest", {{"cloud_init", "error"}}}}}}});
  boot(wanted());
  const Json operation = run({"cloud-init", "status", "--wait", "--format", "json"});
  EXPECT_EQ(operation["status"], "Success");
  EXPECT_EQ(operation["metadata"]["return"], 1);
  EXPECT_EQ(Json::parse(output(operation))["status"], "error");
  EXPECT_NE(call("GET", "/1.0/instances/c1/console?type=log").reply.body.find("[FAILED]"), std::string::npos);
}

TEST_F(Guest, NeverGetsAnAddressIfARuleSaysSo) {
  set_faults({{"rules", {{{"machine", "c1"}, {"guest", {{"address", "never"}}}}}}});
  boot(wanted());
  pass(1000);
  EXPECT_EQ(addresses().size(), 1u);
  EXPECT_EQ(addresses()[0]["scope"], "link");
}

TEST_F(Guest, HasTheHostKeysThatUserDataGaveIt) {
  boot(wanted());
  pass(1);
  const Answer key = call("GET", "/1.0/instances/c1/files?path=/etc/ssh/ssh_host_ed25519_key.pub");
  EXPECT_EQ(key.reply.body, "ssh-ed25519 AAAA host\n");
  EXPECT_EQ(call("GET", "/1.0/instances/c1/files?path=/etc/hostname").reply.body, "node-1\n");
}

TEST_F(Guest, WithoutCloudInitInItsImageIgnoresUserData) {
  Json body = wanted();
  body["source"] = {{"type", "image"}, {"protocol", "simplestreams"}, {"server", "https://images.linuxcontainers.org"}, {"alias", "debian/12"}};
  boot(body);
  pass(5);
  EXPECT_EQ(call("GET", "/1.0/instances/c1/files?path=/run/marker").status(), 404);
  EXPECT_EQ(run({"cloud-init", "status"})["err"], "Command not found");
}

TEST_F(Guest, IsLeasedAnAddressOnAManagedBridge) {
  boot(container("c1"));
  pass(1);
  const std::string address = state()["network"]["eth0"]["addresses"][0]["address"];
  EXPECT_EQ(address.compare(0, 8, "10.66.7."), 0) << address;
}

TEST_F(Guest, TakesFilesAndGivesThemBack) {
  boot(wanted());
  EXPECT_EQ(call("POST", "/1.0/instances/c1/files?path=/root/x", "hello", {{"x-lxd-mode", "0600"}}).status(), 200);
  const Answer file = call("GET", "/1.0/instances/c1/files?path=/root/x");
  EXPECT_EQ(file.reply.body, "hello");
  EXPECT_EQ(file.header("X-Lxd-Mode"), "0600");
  EXPECT_EQ(output(run({"cat", "/root/x"})), "hello");
  EXPECT_EQ(call("DELETE", "/1.0/instances/c1/files?path=/root/x").status(), 200);
  EXPECT_EQ(call("GET", "/1.0/instances/c1/files?path=/root/x").error(), "Not Found");
}

TEST_F(Guest, KeepsTheModeOfAFileThatIsWrittenAgain) {
  boot(wanted());
  const std::string file = "/1.0/instances/c1/files?path=/root/x";
  call("POST", file, "1", {{"x-lxd-mode", "0600"}});
  call("POST", file, "2", {{"x-lxd-mode", "0644"}, {"x-lxd-write", "append"}});
  EXPECT_EQ(call("GET", file).reply.body, "12");
  EXPECT_EQ(call("GET", file).header("X-Lxd-Mode"), "0600");
}

TEST_F(Guest, HasFoldersAndPutsNothingWhereThereIsNone) {
  boot(wanted());
  const std::string files = "/1.0/instances/c1/files?path=";
  EXPECT_EQ(call("POST", files + "/no/such/x", "1").error(), "Not Found");
  EXPECT_EQ(call("POST", files + "/root/d", "", {{"x-lxd-type", "directory"}}).status(), 200);
  EXPECT_EQ(call("POST", files + "/root/d/x", "1").status(), 200);
  EXPECT_EQ(call("GET", files + "/root/d").metadata(), Json::array({"x"}));
  EXPECT_EQ(call("GET", files + "/root/d").header("X-Lxd-Type"), "directory");
  EXPECT_EQ(call("DELETE", files + "/root/d").status(), 500);
  EXPECT_EQ(call("DELETE", files + "root//d/x").status(), 200);
  EXPECT_EQ(call("DELETE", files + "/root/d").status(), 200);
  EXPECT_EQ(call("GET", files + "/root/d").status(), 404);
  EXPECT_NE(call("POST", files + "/root", "1").error().find("is a directory"), std::string::npos);
}

TEST_F(Guest, LosesAFileOfCloudInitForGood) {
  boot(wanted());
  pass(1);
  EXPECT_EQ(call("DELETE", "/1.0/instances/c1/files?path=/run/marker").status(), 200);
  EXPECT_EQ(call("GET", "/1.0/instances/c1/files?path=/run/marker").status(), 404);
}

TEST_F(Guest, RunsNothingWhileItIsOff) {
  create(wanted());
  EXPECT_EQ(call("POST", "/1.0/instances/c1/exec", {{"command", {"true"}}}).error(), "Instance is not running");
}

TEST_F(Guest, InAVirtualMachineIsReachedThroughItsAgentOnly) {
  Json body = wanted();
  body["type"] = "virtual-machine";
  body["source"] = {{"type", "image"}, {"protocol", "simplestreams"}, {"server", "https://images.linuxcontainers.org"}, {"alias", "debian/12/cloud"}};
  boot(body);
  EXPECT_EQ(state()["processes"], -1);
  EXPECT_NE(call("GET", "/1.0/instances/c1/files?path=/run/marker").error().find("agent"), std::string::npos);
  pass(1);
  EXPECT_GT(state()["processes"], 0);
  EXPECT_EQ(call("GET", "/1.0/instances/c1/files?path=/run/marker").reply.body, "done");
}

}  // namespace
}  // namespace dfx::sandbox::testing
