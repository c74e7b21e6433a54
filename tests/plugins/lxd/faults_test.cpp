// What the world does to a home, and what is said about it.
#include "tests/plugins/lxd/home.hpp"

namespace dfx {
namespace {

class LxdFaults : public Home {
 protected:
  LxdFaults() { write(); }
  static bool says(const Diagnostic& d, const std::string& words) {
    return (d.summary + "\n" + d.detail + "\n" + d.help).find(words) != std::string::npos;
  }
  // One problem at the address that says all these words.
  static void expect_said(const Run& run, const std::string& address, const std::vector<std::string>& words) {
    EXPECT_FALSE(run.result.complete());
    const Diagnostic d = problem(run, address);
    EXPECT_FALSE(d.code.empty()) << "nothing about " << address;
    for (const std::string& w : words)
      EXPECT_TRUE(says(d, w)) << w << " is not in: " << d.summary << " / " << d.detail << " / " << d.help;
  }
};

TEST_F(LxdFaults, AHostThatIsDownKeepsNothingElseFromBeingMade) {
  bend(R"([{"origin": "https://192.168.0.12:8443", "host": "down"}])");
  write("{host: kkh, address: 192.168.0.161/24}", "    timeouts: {create: 3s}\n");
  const Run first = apply();
  EXPECT_FALSE(first.result.complete());
  EXPECT_EQ(instances("192.168.0.10"), (Names{"a", "b"}));
  EXPECT_TRUE(says(problem(first, "lxd/lxd.trust/kkh2"), "192.168.0.12:8443"));
  bend("[]");
  write();
  apply_well();
  EXPECT_EQ(instances("192.168.0.12"), Names{"c"});
}

TEST_F(LxdFaults, AHostThatGoesDownLaterIsNotTakenForAnEmptyOne) {
  apply_well();
  bend(R"([{"origin": "https://192.168.0.12:8443", "host": "down"}])");
  const Plan seen = plan();
  EXPECT_FALSE(seen.problems.has_errors());
  for (const std::string& change : changes(seen)) EXPECT_EQ(change.rfind("blocked ", 0), 0u) << change;
  ASSERT_NE(find(seen, "lxd/lxd.instance/c"), nullptr);
  EXPECT_FALSE(find(seen, "lxd/lxd.instance/c")->blocked.empty());
  EXPECT_EQ(find(seen, "lxd/lxd.instance/a"), nullptr);
}

TEST_F(LxdFaults, AFullDiskIsSaidBeforeAnythingIsTried) {
  bend(R"([{"origin": "https://192.168.0.10:8443", "disk": "full"}])");
  expect_said(apply(), "lxd/lxd.capacity/kkh", {"storage pool default of host kkh", "make room"});
}

TEST_F(LxdFaults, ADiskThatFillsUpMeanwhileEndsTheMachineAndNotTheOthers) {
  bend(R"([{"origin": "https://192.168.0.10:8443", "method": "POST", "path": "/1.0/instances", "times": 1,
            "operation": {"error": "Unpack failed: tar: Cannot write: No space left on device"}}])");
  const Run first = apply();
  EXPECT_EQ(first.result.failed, 1u);
  bool told = false;
  for (const Diagnostic& d : first.result.problems.list())
    told = told || (d.code == "lxd.disk-full" && says(d, "host kkh"));
  EXPECT_TRUE(told);
  apply_well();
  EXPECT_EQ(instances("192.168.0.10"), (Names{"a", "b"}));
}

TEST_F(LxdFaults, AnImageThatDoesNotExistNamesItAndWhatThereIs) {
  write("{host: kkh, image: 'local:nowhere'}");
  expect_said(apply(), "lxd/lxd.image/kkh:local:nowhere", {"local:nowhere", "host kkh"});
  EXPECT_EQ(instances("192.168.0.10"), Names{"b"});
  write("{host: kkh, image: 'images:plan9/4'}");
  expect_said(apply(), "lxd/lxd.instance/a", {"image does not exist", "host kkh", "lxc image list"});
}

TEST_F(LxdFaults, AnAddressInUseNamesWhoHasIt) {
  write("");
  apply_well();
  const contract::Client client = hand();
  client.finish(client.post(
      "/1.0/instances",
      {{"name", "old-web"},
       {"type", "container"},
       {"source",
        {{"type", "image"},
         {"mode", "pull"},
         {"server", "https://cloud-images.ubuntu.com/releases"},
         {"protocol", "simplestreams"},
         {"alias", "24.04"}}},
       {"devices",
        {{"eth0", {{"type", "nic"}, {"name", "eth0"}, {"nictype", "bridged"}, {"parent", "br0"}}}}},
       {"config",
        {{"cloud-init.network-config",
          "version: 2\nethernets:\n  eth0:\n    addresses: [192.168.0.161/24]\n"}}}}));
  client.finish(client.put("/1.0/instances/old-web/state", {{"action", "start"}}));
  write();
  const Run second = apply();
  expect_said(second, "lxd/lxd.address/a", {"192.168.0.161", "old-web", "host kkh"});
  EXPECT_TRUE(second.plan.problems.has_errors()) << "the plan knows already";
}

TEST_F(LxdFaults, AMachineWhoseCloudInitFailsShowsItsErrorAndItsConsole) {
  bend(R"([{"machine": "a", "guest": {"cloud_init": "error"}}])");
  expect_said(apply(), "lxd/lxd.instance/a",
              {"cloud-init ended in error", "Failed to start cloud-final.service"});
  EXPECT_EQ(instances("192.168.0.12"), Names{"c"}) << "the others are made";
}

TEST_F(LxdFaults, AMachineThatNeverTakesSshSaysWhichRungIsMissing) {
  bend(R"([{"machine": "a", "guest": {"ssh": "never"}}])");
  write("{host: kkh, address: 192.168.0.161/24}", "    timeouts: {create: 2s}\n");
  expect_said(apply(), "lxd/lxd.instance/a",
              {"did not become ready in time", "waiting for SSH at 192.168.0.161:22"});
  bend("[]");
  const contract::Client client = hand();
  client.finish(client.put("/1.0/instances/a/state", {{"action", "restart"}, {"force", true}}));
  apply_well();
}

TEST_F(LxdFaults, AMachineThatDoesNotObeyIsSwitchedOff) {
  bend(R"([{"machine": "a", "guest": {"shutdown": "never"}}])");
  write("{host: kkh, address: 192.168.0.161/24, stop_timeout: 1s}");
  apply_well();
  EXPECT_TRUE(run(true).result.complete());
  EXPECT_EQ(instances("192.168.0.10"), Names{});
}

TEST_F(LxdFaults, AnAnswerThatIsLostMakesNothingTwice) {
  bend(R"([{"method": "POST", "path": "/1.0/instances", "times": 2, "drop": "after"}])");
  apply_well();
  EXPECT_EQ(instances("192.168.0.10"), (Names{"a", "b"}));
  EXPECT_EQ(instances("192.168.0.12"), Names{"c"});
  EXPECT_EQ(changes(plan()), Names{});
}

TEST_F(LxdFaults, ADaemonThatIsBusyIsTriedAgain) {
  bend(
      R"([{"method": "POST", "path": "/1.0/instances", "times": 2, "error": {"status": 503, "message": "LXD daemon is starting up"}}])");
  const Run run = apply();
  EXPECT_TRUE(run.result.complete());
  bool retried = false;
  for (const Event& e : run.events) retried = retried || e.type == Event::Type::retrying;
  EXPECT_TRUE(retried);
}

}  // namespace
}  // namespace dfx
