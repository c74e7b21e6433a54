// The ladder from "running" to "SSH answers", rung by rung.
#include "tests/unit/plugins/lxd/fixture.hpp"

namespace dfx::lxd {
namespace {

const std::string k_address = "lxd/lxd.instance/cp-a";

class LxdReadiness : public LxdTest {
 protected:
  LxdReadiness() {
    host.on("GET", "/1.0/instances/cp-a/files", [this](const Request& r) {
      for (const auto& [path, content] : files)
        if (r.query == "path=" + path) return Answer{200, nullptr, content};
      return error(404, "Not Found");
    });
    host.on("GET", "/1.0/instances/cp-a/console", Answer{200, nullptr, "line 1\r\nline 2\r\n"});
    host.probe = [this](const std::string& address, std::uint16_t port) {
      return address == "192.168.0.161" && port == 22 ? banner : std::nullopt;
    };
    instances["cp-a"] = {
        {"name", "cp-a"},
        {"type", "container"},
        {"status", "Running"},
        {"config", Json::object()},
        {"state",
         {{"processes", 12},
          {"network", {{"lo", nic("127.0.0.1", "local")}, {"eth0", nic("192.168.0.161", "global")}}}}}};
    files["%2Fetc%2Fhostname"] = "cp-a\n";
    files["%2Fvar%2Flib%2Fcloud%2Fdata%2Fresult.json"] =
        R"({"v1": {"datasource": "DataSourceLXD", "errors": []}})";
    files["%2Fetc%2Fssh%2Fssh_host_ed25519_key.pub"] = "ssh-ed25519 AAAA root@cp-a\n";
    desired = {{"name", "cp-a"},
               {"type", "container"},
               {"state", "running"},
               {"address", "192.168.0.161/24"},
               {"host_key", "ssh-ed25519 AAAA other comment"},
               {"ready", {{"until", "ssh"}, {"port", 22}}}};
  }
  static Json nic(const std::string& address, const std::string& scope) {
    return {{"addresses", Json::array({{{"family", "inet"}, {"address", address}, {"scope", scope}}})}};
  }
  Json look() {
    return plugin.health(batch("lxd.instance", Json::array({item(k_address, desired)}))).at(k_address);
  }
  void expect(const std::string& status, const std::string& message) {
    const Json line = look();
    EXPECT_EQ(line["status"], status) << line;
    EXPECT_NE(line["message"].get<std::string>().find(message), std::string::npos) << line["message"];
  }

  Json desired;
  std::map<std::string, std::string> files;
  std::optional<std::string> banner = "SSH-2.0-OpenSSH_9.2\r\n";
};

TEST_F(LxdReadiness, IsThereWhenSshAnswers) {
  const Json line = look();
  EXPECT_EQ(line["status"], "current");
  EXPECT_EQ(line["outputs"]["address"], "192.168.0.161");
}

TEST_F(LxdReadiness, WaitsForTheAgentOfAVirtualMachine) {
  instances["cp-a"]["state"]["processes"] = -1;
  expect("in_progress", "agent");
}

TEST_F(LxdReadiness, WaitsForTheExpectedAddressAndSaysWhichOneIsThere) {
  instances["cp-a"]["state"]["network"]["eth0"] = nic("10.0.0.9", "global");
  expect("in_progress", "waiting for address 192.168.0.161, now it has 10.0.0.9");
}

TEST_F(LxdReadiness, TakesAnyAddressIfNoneIsFixed) {
  desired.erase("address");
  EXPECT_EQ(look()["outputs"]["address"], "192.168.0.161");
}

TEST_F(LxdReadiness, WaitsForCloudInitAndSaysItsStage) {
  files.erase("%2Fvar%2Flib%2Fcloud%2Fdata%2Fresult.json");
  files["%2Fvar%2Flib%2Fcloud%2Fdata%2Fstatus.json"] = R"({"v1": {"stage": "modules-config"}})";
  expect("in_progress", "cloud-init is at work (modules-config)");
}

TEST_F(LxdReadiness, FailsWithCloudInitsErrorAndTheConsole) {
  files["%2Fvar%2Flib%2Fcloud%2Fdata%2Fresult.json"] =
      R"({"v1": {"datasource": "DataSourceLXD", "errors": ["runcmd failed"]}})";
  expect("failed", "cloud-init ended in error: runcmd failed");
  EXPECT_EQ(look()["evidence"], "line 1\nline 2");
}

TEST_F(LxdReadiness, FailsIfTheImageHasNoCloudInit) {
  files.erase("%2Fvar%2Flib%2Fcloud%2Fdata%2Fresult.json");
  expect("failed", "its image has no cloud-init");
  files["%2Fusr%2Fbin%2Fcloud-init"] = "#!/usr/bin/python3";
  expect("in_progress", "waiting for cloud-init");
}

TEST_F(LxdReadiness, FailsIfCloudInitDidNotGetItsData) {
  files["%2Fvar%2Flib%2Fcloud%2Fdata%2Fresult.json"] =
      R"({"v1": {"datasource": "DataSourceNone", "errors": []}})";
  expect("failed", "DataSourceNone");
}

TEST_F(LxdReadiness, FailsIfTheHostKeyIsNotOurs) {
  files["%2Fetc%2Fssh%2Fssh_host_ed25519_key.pub"] = "ssh-ed25519 BBBB root@cp-a\n";
  expect("failed", "host key is not the one that dfx made");
}

TEST_F(LxdReadiness, WaitsForSsh) {
  banner = std::nullopt;
  expect("in_progress", "waiting for SSH at 192.168.0.161:22");
  banner = "HTTP/1.1 400";
  expect("in_progress", "not with SSH");
}

TEST_F(LxdReadiness, FailsIfItStoppedOrIsGone) {
  instances["cp-a"]["status"] = "Stopped";
  expect("failed", "its status is Stopped");
  instances.clear();
  expect("failed", "gone");
}

TEST_F(LxdReadiness, GoesNoFurtherUpThanIsWanted) {
  host.on("GET", "/1.0/instances/cp-a/files", error(500, "no agent"));
  banner = std::nullopt;
  desired["ready"]["until"] = "address";
  EXPECT_EQ(look()["status"], "current");
  desired["ready"]["until"] = "running";
  instances["cp-a"]["state"]["network"] = Json::object();
  EXPECT_EQ(look()["status"], "current");
}

}  // namespace
}  // namespace dfx::lxd
