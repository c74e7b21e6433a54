// Starting, stopping, deleting, and what the inside looks like meanwhile.
#include "tests/contract/lxd/fixture.hpp"

namespace dfx::contract {
namespace {

bool has_address(const Json& state, const std::string& address) {
  if (!state.at("network").is_object() || !state.at("network").contains("eth0")) return false;
  for (const Json& entry : state.at("network").at("eth0").at("addresses"))
    if (entry.at("address") == address) return true;
  return false;
}

TEST_F(LxdContract, CloudInitGivesTheAddress) {
  const Json state = poll("/1.0/instances/" + machine() + "/state",
                          [](const Json& now) { return has_address(now, "192.168.0.170"); });
  ASSERT_TRUE(has_address(state, "192.168.0.170")) << state.dump();
  EXPECT_EQ(state.at("status"), "Running");
  EXPECT_EQ(state.at("status_code"), 103);
  EXPECT_GT(state.at("processes").get<int>(), 0);
  EXPECT_GT(state.at("pid").get<int>(), 0);
  for (const Json& entry : state.at("network").at("eth0").at("addresses")) {
    if (entry.at("address") != "192.168.0.170") continue;
    EXPECT_EQ(
        entry,
        (Json{{"family", "inet"}, {"address", "192.168.0.170"}, {"netmask", "24"}, {"scope", "global"}}));
  }
  EXPECT_EQ(state.at("network").at("lo").at("type"), "loopback");
  const Json config = lxd.get("/1.0/instances/" + machine()).metadata().at("config");
  EXPECT_EQ(state.at("network").at("eth0").at("hwaddr"), config.at("volatile.eth0.hwaddr"));
  EXPECT_EQ(config.at("volatile.last_state.power"), "RUNNING");
}

TEST_F(LxdContract, WhatRunsCannotBeStartedOrDeleted) {
  const std::string path = "/1.0/instances/" + machine();
  EXPECT_TRUE(failed(lxd.finish(act(path, "start")), "The instance is already running"));
  EXPECT_TRUE(refused(lxd.remove(path), 400, "Instance is running"));
  EXPECT_TRUE(refused(lxd.put(path + "/state", {{"action", "weird"}}), 400, "Unknown action: 'weird'"));
}

TEST_F(LxdContract, AStoppedOneSaysSoAndCannotBeStopped) {
  const std::string path = "/1.0/instances/" + spare();
  const Json state = lxd.get(path + "/state").metadata();
  EXPECT_EQ(state.at("status"), "Stopped");
  EXPECT_EQ(state.at("status_code"), 102);
  EXPECT_EQ(state.at("network"), nullptr);
  EXPECT_EQ(state.at("pid"), 0);
  EXPECT_EQ(state.at("processes"), 0);
  EXPECT_TRUE(failed(lxd.finish(act(path, "stop")), "The instance is already stopped"));
  EXPECT_TRUE(refused(lxd.post(path + "/exec", {{"command", {"true"}}, {"record-output", true}}), 400,
                      "Instance is not running"));
}

TEST_F(LxdContract, FilesCanBePutIntoAStoppedOne) {
  const std::string file = "/1.0/instances/" + spare() + "/files?path=/root/early";
  ASSERT_TRUE(accepted(lxd.send("POST", file, "early\n")));
  EXPECT_EQ(lxd.get(file).body, "early\n");
  EXPECT_TRUE(accepted(lxd.remove(file)));
}

TEST_F(LxdContract, StartAndStopAreOperations) {
  const std::string path = "/1.0/instances/" + spare();
  const Answer start = act(path, "start");
  ASSERT_EQ(start.status, 202);
  EXPECT_EQ(start.metadata().at("description"), "Starting instance");
  EXPECT_EQ(start.metadata().at("resources").at("instances"), Json({path}));
  ASSERT_TRUE(succeeded(lxd.finish(start)));
  EXPECT_EQ(lxd.get(path).metadata().at("status"), "Running");
  const Answer stop = act(path, "stop", true);
  ASSERT_EQ(stop.status, 202);
  EXPECT_EQ(stop.metadata().at("description"), "Stopping instance");
  ASSERT_TRUE(succeeded(lxd.finish(stop)));
  EXPECT_EQ(lxd.get(path).metadata().at("status"), "Stopped");
}

// Whoever reads the console of a running container takes what was there; with nothing new it is an error.
TEST_F(LxdContract, TheConsoleIsReadOnceAndThenGone) {
  const std::string path = "/1.0/instances/" + spare();
  ASSERT_TRUE(succeeded(lxd.finish(act(path, "start"))));
  std::string text;
  for (int i = 0; i < 400 && text.find("systemd") == std::string::npos; ++i) {
    const Answer answer = lxd.get(path + "/console?type=log");
    if (answer.status == 200)
      text += answer.body;
    else
      EXPECT_TRUE(refused(answer, 500, "open : no such file or directory"));
  }
  EXPECT_NE(text.find("systemd"), std::string::npos) << text;
  EXPECT_TRUE(succeeded(lxd.finish(act(path, "stop", true))));
}

TEST_F(LxdContract, AConsoleThatNeverWasIsAnError) {
  const Gone gone{"contract-silent"};
  ASSERT_TRUE(succeeded(create(empty_container("contract-silent"))));
  const Answer answer = lxd.get("/1.0/instances/contract-silent/console?type=log");
  EXPECT_EQ(answer.status, 500);
  EXPECT_NE(answer.error().find("/contract-silent/console.log: no such file or directory"), std::string::npos)
      << answer.body;
}

TEST_F(LxdContract, DeleteIsAnOperationAndThenItIsNotFound) {
  const std::string path = "/1.0/instances/contract-short";
  ASSERT_TRUE(succeeded(create(empty_container("contract-short"))));
  const Answer removal = lxd.remove(path);
  ASSERT_EQ(removal.status, 202);
  EXPECT_EQ(removal.metadata().at("description"), "Deleting instance");
  ASSERT_TRUE(succeeded(lxd.finish(removal)));
  EXPECT_TRUE(refused(lxd.remove(path), 404, "Instance not found"));
}

TEST_F(LxdContract, AProtectedOneIsNotDeleted) {
  const Gone gone{"contract-kept"};
  const std::string path = "/1.0/instances/contract-kept";
  ASSERT_TRUE(succeeded(create(empty_container("contract-kept", {{"security.protection.delete", "true"}}))));
  EXPECT_TRUE(failed(lxd.finish(lxd.remove(path)), "Container is protected"));
  EXPECT_EQ(lxd.get(path).status, 200);
  ASSERT_TRUE(accepted(lxd.patch(path, {{"config", {{"security.protection.delete", "false"}}}})));
}

}  // namespace
}  // namespace dfx::contract
