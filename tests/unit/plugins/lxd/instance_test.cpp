// lxd.instance against a scripted daemon: create, resume, change, remove, plan.
#include "tests/unit/plugins/lxd/fixture.hpp"

namespace dfx::lxd {
namespace {

const std::string k_address = "lxd/lxd.instance/cp-a";

Json desired() {
  return {{"name", "cp-a"},
          {"type", "container"},
          {"image", "debian/12"},
          {"user", "dfx"},
          {"cpu", 1},
          {"memory", "1GiB"},
          {"profiles", {"default"}},
          {"state", "running"},
          {"address", "192.168.0.161/24"},
          {"source", {{"fingerprint", "fp"}}},
          {"boot", {{"user_data", "#cloud-config\n"}}},
          {"ready", {{"until", "ssh"}, {"port", 22}}},
          {"stop_timeout", 5}};
}

class LxdInstance : public LxdTest {
 protected:
  Json make_change(const std::string& action, const Json& wanted = desired(), const Json& prior = nullptr) {
    return change("lxd.instance", action, k_address, wanted, prior);
  }
  Outcome create() { return plugin.apply(make_change("create")); }
  Json read(const Json& wanted = desired(), const Json& identity = nullptr) {
    return plugin.read(batch("lxd.instance", Json::array({item(k_address, wanted, identity)}))).at(k_address);
  }
};

TEST_F(LxdInstance, IsMadeStartedAndMarkedAsOurs) {
  const Outcome out = create();
  ASSERT_EQ(out.status, DFX_OK) << out.diagnostics;
  const Json sent = host.last("POST", "/1.0/instances").body;
  EXPECT_EQ(sent["config"]["user.dfx.stack"], "id1");
  EXPECT_EQ(sent["config"]["user.dfx.environment"], "home");
  EXPECT_EQ(sent["config"]["user.dfx.address"], k_address);
  EXPECT_EQ(sent["config"]["user.dfx.operation"], "op1");
  EXPECT_EQ(sent["config"]["user.user-data"], "#cloud-config\n") << "this daemon does not know cloud-init.*";
  EXPECT_EQ(instances["cp-a"]["status"], "Running");
  EXPECT_EQ(out.lines[0]["outputs"]["address"], "192.168.0.161");
  EXPECT_EQ(out.lines[0]["identity"]["name"], "cp-a");
  EXPECT_EQ(host.last("POST", "/1.0/instances").tls["pin"], std::string(64, 'a'));
}

TEST_F(LxdInstance, UsesTodaysCloudInitKeysWhereTheDaemonKnowsThem) {
  server["api_extensions"].push_back("cloud_init");
  create();
  EXPECT_TRUE(host.last("POST", "/1.0/instances").body["config"].contains("cloud-init.user-data"));
}

TEST_F(LxdInstance, WritesDownEachOperationBeforeItWaits) {
  create();
  ASSERT_EQ(host.checkpoints.size(), 2u);
  EXPECT_EQ(host.checkpoints[0]["operation"], "/1.0/operations/create");
  EXPECT_EQ(host.checkpoints[1]["operation"], "/1.0/operations/start");
}

TEST_F(LxdInstance, HalfMadeByAKilledRunIsFinishedAndNotMadeTwice) {
  create();
  instances["cp-a"]["status"] = "Stopped";
  instances["cp-a"]["config"].erase("volatile.last_state.power");
  EXPECT_EQ(read()["result"], "partial");
  Json again = make_change("create");
  again["checkpoint"] = {{"operation", "/1.0/operations/create"}};
  ASSERT_EQ(plugin.apply(again).status, DFX_OK);
  EXPECT_EQ(host.count("POST", "/1.0/instances"), 1u);
  EXPECT_EQ(instances["cp-a"]["status"], "Running");
}

TEST_F(LxdInstance, WhoseCreateStillRunsIsWaitedFor) {
  create();
  instances["cp-a"]["status"] = "Stopped";
  host.on("GET", "/1.0/operations",
          sync({{"running", {{{"id", "busy"}, {"resources", {{"instances", {"/1.0/instances/cp-a"}}}}}}}}));
  ASSERT_EQ(create().status, DFX_OK);
  EXPECT_EQ(host.count("GET", "/1.0/operations/busy/wait"), 1u);
  EXPECT_EQ(host.count("POST", "/1.0/instances"), 1u);
}

TEST_F(LxdInstance, ThatASecondAttemptFindsMadeMeanwhileIsTaken) {
  host.on("POST", "/1.0/instances", [this](const Request& r) {
    make(r.body);
    return error(409, "Instance \"cp-a\" already exists");
  });
  EXPECT_EQ(create().status, DFX_OK);
}

TEST_F(LxdInstance, OfSomebodyElseStopsTheCreate) {
  instances["cp-a"] = {
      {"name", "cp-a"}, {"type", "container"}, {"status", "Running"}, {"config", Json::object()}};
  const Outcome out = create();
  EXPECT_EQ(out.status, DFX_CONFLICT);
  EXPECT_EQ(out.code(), "lxd.not-ours");
  EXPECT_EQ(host.count("POST", "/1.0/instances"), 0u);
}

TEST_F(LxdInstance, ThatDoesNotFitOnTheDiskFailsForGoodAndSaysWhatToDo) {
  failures["create"] = "Unpack failed: tar: Cannot write: No space left on device";
  const Outcome out = create();
  EXPECT_EQ(out.status, DFX_INVALID);
  EXPECT_EQ(out.code(), "lxd.disk-full");
  EXPECT_NE(out.diagnostics[0]["help"].get<std::string>().find("storage pool"), std::string::npos);
}

TEST_F(LxdInstance, WhoseOperationTheDaemonForgotIsInDoubt) {
  host.on("GET", "/1.0/operations/*", error(404, "Operation not found"));
  EXPECT_EQ(create().status, DFX_IN_DOUBT);
}

TEST_F(LxdInstance, IsWaitedForInSlices) {
  int asked = 0;
  host.on("GET", "/1.0/operations/*", [&](const Request& r) {
    EXPECT_EQ(r.query, "timeout=20");
    return ++asked < 3 ? sync({{"status_code", 103},
                               {"metadata", {{"create_instance_from_image_unpack_progress", "Unpack: 42%"}}}})
                       : ended();
  });
  ASSERT_EQ(create().status, DFX_OK);
  EXPECT_NE(std::find(host.said.begin(), host.said.end(), "making instance cp-a: Unpack: 42%"),
            host.said.end());
}

TEST_F(LxdInstance, TakesTheRootDiskOfItsProfileAndMakesItBigger) {
  host.on("GET", "/1.0/profiles/default",
          sync({{"devices", {{"root", {{"type", "disk"}, {"path", "/"}, {"pool", "fast"}}}}}}));
  Json wanted = desired();
  wanted["disk"] = {{"size", "20GiB"}};
  ASSERT_EQ(plugin.apply(make_change("create", wanted)).status, DFX_OK);
  EXPECT_EQ(host.last("POST", "/1.0/instances").body["devices"]["root"],
            (Json{{"type", "disk"}, {"path", "/"}, {"pool", "fast"}, {"size", "20GiB"}}));
}

TEST_F(LxdInstance, IsReadAsItWasMade) {
  create();
  const Json line = read();
  EXPECT_EQ(line["result"], "present");
  EXPECT_EQ(line["owner"], "mine");
  EXPECT_EQ(line["operation"], "op1");
  EXPECT_EQ(line["observed"]["memory"], "1GiB");
  EXPECT_EQ(line["observed"]["state"], "running");
}

TEST_F(LxdInstance, BatchesAreOneRequestPerHost) {
  create();
  host.requests.clear();
  Json other = desired();
  other["name"] = "cp-b";
  const Outcome out = plugin.read(
      batch("lxd.instance", Json::array({item(k_address, desired()), item("lxd/lxd.instance/cp-b", other)})));
  EXPECT_EQ(out.at("lxd/lxd.instance/cp-b")["result"], "absent");
  ASSERT_EQ(host.log(), std::vector<std::string>{"GET /1.0/instances"});
  EXPECT_EQ(host.requests[0].query, "recursion=1&filter=name%20eq%20cp-a%20or%20name%20eq%20cp-b");
}

TEST_F(LxdInstance, TellsWhoseItIs) {
  create();
  Json& config = instances["cp-a"]["config"];
  config["user.dfx.environment"] = "lab";
  EXPECT_EQ(read()["owner"], "other");
  EXPECT_EQ(read()["marker"]["environment"], "lab");
  config.erase("user.dfx.stack");
  EXPECT_EQ(read()["owner"], "foreign");
}

TEST_F(LxdInstance, OfAnotherAddressIsOursOnlyIfARecordSaysSo) {
  create();
  instances["cp-a"]["config"]["user.dfx.address"] = "old/lxd.instance/cp-a";
  EXPECT_EQ(read()["owner"], "other");
  EXPECT_EQ(read(desired(), {{"name", "cp-a"}})["owner"], "mine");
}

TEST_F(LxdInstance, OnAHostThatTrustsUsNoMoreIsUnreachable) {
  host.on("GET", "/1.0/instances", error(403, "not authorized"));
  EXPECT_EQ(read()["result"], "unreachable");
}

TEST_F(LxdInstance, IsChangedInPlaceUnderItsETag) {
  create();
  Json wanted = desired();
  wanted["cpu"] = 2;
  const Outcome out = plugin.apply(make_change("update", wanted, desired()));
  ASSERT_EQ(out.status, DFX_OK) << out.diagnostics;
  const Request& put = host.last("PUT", "/1.0/instances/cp-a");
  EXPECT_EQ(put.headers["If-Match"], "etag-cp-a");
  EXPECT_EQ(put.body["config"]["limits.cpu"], "2");
  EXPECT_EQ(put.body["config"]["volatile.uuid"], "uuid-1");
  EXPECT_EQ(host.count("PUT", "/1.0/instances/cp-a/state"), 1u) << "no restart: only the start of its create";
}

TEST_F(LxdInstance, ThatSomebodyEditsMeanwhileIsTriedAgain) {
  create();
  host.on("PUT", "/1.0/instances/cp-a", error(412, "ETag doesn't match"));
  EXPECT_EQ(plugin.apply(make_change("update", desired(), desired())).status, DFX_TRANSIENT);
}

TEST_F(LxdInstance, IsStoppedChangedAndStartedWhereItMust) {
  create();
  Json wanted = desired();
  wanted["config"] = {{"security.nesting", "true"}};
  host.requests.clear();
  ASSERT_EQ(plugin.apply(make_change("update", wanted, desired())).status, DFX_OK);
  std::vector<std::string> actions;
  for (const Request& r : host.requests)
    if (r.method == "PUT")
      actions.push_back(r.path == "/1.0/instances/cp-a" ? "change" : r.body["action"].get<std::string>());
  EXPECT_EQ(actions, (std::vector<std::string>{"stop", "change", "start"}));
}

TEST_F(LxdInstance, RepairsWhatSomebodyStopped) {
  create();
  instances["cp-a"]["status"] = "Stopped";
  ASSERT_EQ(plugin.apply(make_change("update", desired(), desired())).status, DFX_OK);
  EXPECT_EQ(instances["cp-a"]["status"], "Running");
}

TEST_F(LxdInstance, StaysStoppedIfThatIsWanted) {
  Json wanted = desired();
  wanted["state"] = "stopped";
  ASSERT_EQ(plugin.apply(make_change("create", wanted)).status, DFX_OK);
  EXPECT_EQ(host.count("PUT", "/1.0/instances/cp-a/state"), 0u);
  EXPECT_EQ(read(wanted)["result"], "present");
  EXPECT_EQ(
      plugin.health(batch("lxd.instance", Json::array({item(k_address, wanted)}))).at(k_address)["status"],
      "current");
}

TEST_F(LxdInstance, IsStoppedAndRemoved) {
  create();
  ASSERT_EQ(plugin.apply(make_change("delete")).status, DFX_OK);
  EXPECT_TRUE(instances.empty());
  EXPECT_EQ(host.last("PUT", "/1.0/instances/cp-a/state").body["force"], false);
  EXPECT_EQ(host.last("PUT", "/1.0/instances/cp-a/state").body["timeout"], 5);
}

TEST_F(LxdInstance, ThatDoesNotObeyIsSwitchedOff) {
  create();
  host.on("PUT", "/1.0/instances/cp-a/state", [this](const Request& r) {
    if (!r.body["force"].get<bool>()) return async("polite");
    instances["cp-a"]["status"] = "Stopped";
    return async("hard");
  });
  failures["polite"] = "Failed shutting down instance, status is \"Running\": context deadline exceeded";
  ASSERT_EQ(plugin.apply(make_change("delete")).status, DFX_OK);
  EXPECT_TRUE(instances.empty());
}

TEST_F(LxdInstance, ThatIsGoneAlreadyIsRemoved) {
  EXPECT_EQ(plugin.apply(make_change("delete")).status, DFX_OK);
}

TEST_F(LxdInstance, ThatIsProtectedLosesItsProtectionFirst) {
  create();
  instances["cp-a"]["config"]["security.protection.delete"] = "true";
  ASSERT_EQ(plugin.apply(make_change("delete")).status, DFX_OK);
  EXPECT_EQ(host.last("PUT", "/1.0/instances/cp-a").body["config"]["security.protection.delete"], "false");
}

TEST_F(LxdInstance, OfSomebodyElseIsNeverRemoved) {
  create();
  instances["cp-a"]["config"]["user.dfx.stack"] = "id2";
  EXPECT_EQ(plugin.apply(make_change("delete")).status, DFX_CONFLICT);
  EXPECT_EQ(instances.size(), 1u);
}

Json question(const Json& wanted, const Json& observed) {
  return {{"kind", "lxd.instance"},
          {"connection", connection()},
          {"items",
           {{{"address", k_address},
             {"desired", wanted},
             {"prior", nullptr},
             {"observed", observed},
             {"outputs", nullptr}}}}};
}

TEST_F(LxdInstance, ThatIsNewHasAKnownAddressInThePlan) {
  const Json line = plugin.plan(question(desired(), nullptr)).at(k_address);
  EXPECT_EQ(line["outputs"]["address"], "192.168.0.161");
  EXPECT_TRUE(line["outputs"]["uuid"]["$dfx"].contains("unknown"));
}

TEST_F(LxdInstance, WhoseDiskWouldShrinkIsMadeAnew) {
  Json wanted = desired();
  wanted["disk"] = {{"size", "10GiB"}};
  const Json line = plugin.plan(question(wanted, {{"disk", {{"size", "20GiB"}}}})).at(k_address);
  EXPECT_EQ(line["replace"][0]["path"], "/disk/size");
}

TEST_F(LxdInstance, ThePlanSaysWhetherItRestarts) {
  Json wanted = desired();
  wanted["type"] = "virtual-machine";
  wanted["memory"] = "2GiB";
  EXPECT_TRUE(
      plugin.plan(question(wanted, {{"state", "running"}, {"memory", "1GiB"}})).at(k_address)["restarts"]);
  EXPECT_FALSE(plugin.plan(question(wanted, {{"state", "running"}, {"memory", "2GiB"}}))
                   .at(k_address)
                   .contains("restarts"));
}

}  // namespace
}  // namespace dfx::lxd
