// Background operations: how one waits for them.
#include "tests/contract/lxd/fixture.hpp"

namespace dfx::contract {
namespace {

TEST_F(LxdContract, EventsTellEachOperationToItsEnd) {
  const std::string path = "/1.0/instances/" + machine();
  Events events(lxd, "operation");
  const Answer started = lxd.post(path + "/exec", {{"command", {"true"}}, {"record-output", true}});
  ASSERT_EQ(started.status, 202);
  const std::string id = started.metadata().at("id");
  const Json event = events.next([&](const Json& e) {
    return e.at("metadata").value("id", "") == id && e.at("metadata").value("status_code", 0) >= 200;
  });
  ASSERT_TRUE(event.is_object());
  EXPECT_EQ(event.at("type"), "operation");
  EXPECT_TRUE(event.at("timestamp").is_string());
  EXPECT_EQ(event.at("location"), "none");
  EXPECT_EQ(event.at("project"), "default");
  EXPECT_TRUE(succeeded(event.at("metadata")));
  EXPECT_EQ(event.at("metadata").at("resources").at("instances"), Json({path}));
}

TEST_F(LxdContract, EventsTellWhatHappenedToInstances) {
  const Gone gone{"contract-event"};
  Events events(lxd, "lifecycle");
  ASSERT_TRUE(succeeded(create(empty_container("contract-event"))));
  const Json event =
      events.next([](const Json& e) { return e.at("metadata").value("action", "") == "instance-created"; });
  ASSERT_TRUE(event.is_object());
  EXPECT_EQ(event.at("type"), "lifecycle");
  EXPECT_EQ(event.at("metadata").at("source"), "/1.0/instances/contract-event");
}

TEST_F(LxdContract, OperationsAreListedByTheirState) {
  const Answer started =
      lxd.post("/1.0/instances/" + machine() + "/exec", {{"command", {"true"}}, {"record-output", true}});
  const Json done = lxd.finish(started);
  const Json all = lxd.get("/1.0/operations?recursion=1").metadata();
  bool found = false;
  for (const Json& operation : all.value("success", Json::array()))
    found = found || operation.at("id") == started.metadata().at("id");
  EXPECT_TRUE(found) << all.dump();
}

}  // namespace
}  // namespace dfx::contract
