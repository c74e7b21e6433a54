// What a home goes through: made, left alone, repaired, changed, made anew, moved, taken down.
#include "tests/plugins/lxd/home.hpp"

namespace dfx {
namespace {

using LxdLife = Home;

TEST_F(LxdLife, MachinesAreMadeAndThenLeftAlone) {
  write();
  apply_well();
  EXPECT_EQ(instances("192.168.0.10"), (Names{"a", "b"}));
  EXPECT_EQ(instances("192.168.0.12"), Names{"c"});
  EXPECT_EQ(instance("a")["status"], "Running");
  EXPECT_EQ(instance("a")["config"]["user.dfx.environment"], "sandbox");
  EXPECT_EQ(instance("c", "192.168.0.12")["devices"]["root"]["size"], "20GiB");
  const Plan again = plan();
  EXPECT_EQ(changes(again), Names{});
  EXPECT_FALSE(again.has_work()) << "not even the records";
}

TEST_F(LxdLife, DriftIsShownWithReasonsAndRepaired) {
  write();
  apply_well();
  change_by_hand("a", {{"config", {{"limits.memory", "512MiB"}}}});
  delete_by_hand("b");
  const Plan seen = plan();
  EXPECT_EQ(changes(seen), (Names{"update lxd/lxd.instance/a", "create lxd/lxd.instance/b"}));
  const Operation& update = *find(seen, "lxd/lxd.instance/a");
  ASSERT_EQ(update.changes.size(), 1u);
  EXPECT_EQ(update.changes[0].path, "/memory");
  EXPECT_EQ(update.changes[0].cause, LeafChange::Cause::drift);
  EXPECT_EQ(find(seen, "lxd/lxd.instance/b")->reasons[0].code, "gone");
  apply_well();
  EXPECT_EQ(instance("a")["config"]["limits.memory"], "1GiB");
  EXPECT_EQ(changes(plan()), Names{});
}

TEST_F(LxdLife, AStoppedMachineIsStarted) {
  write();
  apply_well();
  const contract::Client client = hand();
  client.finish(client.put("/1.0/instances/a/state", {{"action", "stop"}, {"force", true}}));
  EXPECT_EQ(changes(plan()), Names{"update lxd/lxd.instance/a"});
  apply_well();
  EXPECT_EQ(instance("a")["status"], "Running");
}

TEST_F(LxdLife, CpuAndLabelsChangeInPlace) {
  write();
  apply_well();
  const std::string before = instance("a")["config"]["volatile.uuid"];
  write("{host: kkh, cpu: 4, memory: 1GiB, address: 192.168.0.161/24, labels: {role: big}}");
  const Plan seen = plan();
  EXPECT_EQ(changes(seen), Names{"update lxd/lxd.instance/a"});
  EXPECT_FALSE(find(seen, "lxd/lxd.instance/a")->restarts);
  apply_well();
  EXPECT_EQ(instance("a")["config"]["limits.cpu"], "4");
  EXPECT_EQ(instance("a")["config"]["user.dfx.label.role"], "big");
  EXPECT_EQ(instance("a")["config"]["volatile.uuid"], before);
  write();
  apply_well();
  EXPECT_FALSE(instance("a")["config"].contains("user.dfx.label.role"));
  EXPECT_EQ(changes(plan()), Names{});
}

TEST_F(LxdLife, ASettingThatCountsFromTheStartRestartsItAndThePlanSaysSo) {
  write();
  apply_well();
  write("{host: kkh, cpu: 1, memory: 1GiB, address: 192.168.0.161/24, config: {security.nesting: true}}");
  EXPECT_TRUE(find(plan(), "lxd/lxd.instance/a")->restarts);
  apply_well();
  EXPECT_EQ(instance("a")["config"]["security.nesting"], "true");
  EXPECT_EQ(instance("a")["status"], "Running");
  EXPECT_EQ(changes(plan()), Names{});
}

TEST_F(LxdLife, AnotherImageMakesItAnew) {
  write();
  apply_well();
  const Json before = instance("a")["config"];
  write("{host: kkh, cpu: 1, memory: 1GiB, address: 192.168.0.161/24, image: ubuntu/22.04}");
  EXPECT_EQ(changes(plan()), Names{"replace lxd/lxd.instance/a"});
  apply_well();
  const Json after = instance("a")["config"];
  EXPECT_NE(after["volatile.uuid"], before["volatile.uuid"]);
  EXPECT_NE(after["volatile.base_image"], before["volatile.base_image"]);
  EXPECT_EQ(changes(plan()), Names{});
}

TEST_F(LxdLife, AnotherHostMovesItWithItsAddress) {
  write();
  apply_well();
  write("{host: kkh2, cpu: 1, memory: 1GiB, address: 192.168.0.161/24}");
  EXPECT_EQ(changes(plan()), Names{"replace lxd/lxd.instance/a"});
  apply_well();
  EXPECT_EQ(instances("192.168.0.10"), Names{"b"});
  EXPECT_EQ(instances("192.168.0.12"), (Names{"a", "c"}));
  EXPECT_EQ(changes(plan()), Names{});
}

TEST_F(LxdLife, ProfilesNetworksAndVolumesComeBeforeMachinesAndGoAfterThem) {
  const std::string more = R"(    profiles: {small: {hosts: [kkh], config: {limits.processes: 500}}}
    networks: {inner: {hosts: [kkh], config: {ipv4.address: 10.9.0.1/24}}}
    volumes: {data: {host: kkh, size: 1GiB}}
)";
  write(
      "{host: kkh, profiles: [default, small], network: {network: inner}, address: 10.9.0.5/24, volumes: "
      "{data: /srv}}",
      more);
  apply_well();
  EXPECT_EQ(instance("a")["profiles"], Json({"default", "small"}));
  EXPECT_EQ(instance("a")["devices"]["data"]["source"], "data");
  EXPECT_EQ(changes(plan()), Names{});
  write("");
  apply_well();
  EXPECT_EQ(instances("192.168.0.10"), Names{"b"});
  EXPECT_EQ(hand().get("/1.0/profiles/small").status, 404);
  EXPECT_EQ(hand().get("/1.0/storage-pools/default/volumes/custom/data").status, 404);
}

TEST_F(LxdLife, EnvironmentsDoNotTouchEachOther) {
  write("{host: kkh, address: 192.168.0.161/24}", "",
        "  other: {sandbox: true, components: {lxd: {machines: {a: null, b: null, c: null, x: {host: kkh, "
        "address: 192.168.0.171/24}}}}}\n"
        "  thief: {sandbox: true, components: {lxd: {machines: {b: null, c: null}}}}\n");
  apply_well();
  EXPECT_TRUE(run(false, "other").result.complete());
  EXPECT_EQ(instances("192.168.0.10"), (Names{"a", "b", "x"}));
  EXPECT_EQ(changes(plan()), Names{});
  EXPECT_FALSE(run(false, "thief").result.complete()) << "a belongs to the other environment";
  EXPECT_TRUE(run(true, "other").result.complete());
  EXPECT_EQ(instances("192.168.0.10"), (Names{"a", "b"}));
  EXPECT_EQ(changes(plan()), Names{});
}

TEST_F(LxdLife, DestroyLeavesTheHostsAsTheyWere) {
  write();
  const Json before = hand().get("/1.0/certificates").metadata();
  apply_well();
  EXPECT_TRUE(run(true).result.complete());
  EXPECT_EQ(instances("192.168.0.10"), Names{});
  EXPECT_EQ(instances("192.168.0.12"), Names{});
  EXPECT_EQ(hand().get("/1.0/certificates").metadata(), before);
}

TEST_F(LxdLife, AStoppedMachineStaysSo) {
  write("{host: kkh, address: 192.168.0.161/24, state: stopped}");
  apply_well();
  EXPECT_EQ(instance("a")["status"], "Stopped");
  EXPECT_EQ(changes(plan()), Names{});
}

}  // namespace
}  // namespace dfx
