// Changing an instance: PATCH, PUT, ETags, limits while it runs, devices.
#include "tests/contract/lxd/fixture.hpp"

namespace dfx::contract {
namespace {

class Update : public LxdContract {
 protected:
  std::string path = "/1.0/instances/" + machine();
  Json before = lxd.get(path).metadata();
  ~Update() override { lxd.finish(lxd.put(path, before)); }  // as it was found

  Json config() { return lxd.get(path).metadata().at("config"); }
  Json put_device(const char* name, const Json& device) {
    Json body = lxd.get(path).metadata();
    body["devices"][name] = device;
    return lxd.finish(lxd.put(path, body));
  }
};

TEST_F(Update, PatchMergesAndAnEmptyValueTakesAKeyAway) {
  ASSERT_TRUE(accepted(lxd.patch(path, {{"config", {{"user.dfx.id", "7"}}}})));
  EXPECT_EQ(config().at("user.dfx.id"), "7");
  EXPECT_EQ(config().at("user.dfx.stack"), "contract");
  ASSERT_TRUE(accepted(lxd.patch(path, {{"config", {{"user.dfx.id", ""}}}})));
  EXPECT_FALSE(config().contains("user.dfx.id"));
  EXPECT_EQ(config().at("user.dfx.stack"), "contract");
}

TEST_F(Update, AnEtagThatIsOldIsRefused) {
  const Answer shown = lxd.get(path);
  const std::string etag = shown.header("etag");
  ASSERT_EQ(etag.size(), 66u) << etag;  // quoted SHA-256
  ASSERT_TRUE(accepted(lxd.patch(path, {{"config", {{"user.dfx.id", "1"}}}}, {{"If-Match", etag}})));
  const Answer old = lxd.patch(path, {{"config", {{"user.dfx.id", "2"}}}}, {{"If-Match", etag}});
  const std::string now = lxd.get(path).header("etag");
  const auto bare = [](const std::string& quoted) { return quoted.substr(1, quoted.size() - 2); };
  EXPECT_TRUE(refused(old, 412, "ETag doesn't match: " + bare(now) + " vs " + bare(etag)));
  EXPECT_TRUE(refused(lxd.put(path, shown.metadata(), {{"If-Match", etag}}), 412,
                      "ETag doesn't match: " + bare(now) + " vs " + bare(etag)));
  EXPECT_EQ(config().at("user.dfx.id"), "1");
}

TEST_F(Update, AnEtagThatFitsIsTaken) {
  const Answer shown = lxd.get(path);
  Json body = shown.metadata();
  body["config"]["user.dfx.id"] = "3";
  const Answer answer = lxd.put(path, body, {{"If-Match", shown.header("etag")}});
  ASSERT_EQ(answer.status, 202) << answer.body;
  EXPECT_EQ(answer.metadata().at("description"), "Updating instance");
  EXPECT_TRUE(succeeded(lxd.finish(answer)));
  EXPECT_EQ(config().at("user.dfx.id"), "3");
}

TEST_F(Update, AnUnknownKeyIsRefused) {
  EXPECT_TRUE(refused(lxd.patch(path, {{"config", {{"nonsense", "1"}}}}), 500,
                      "Invalid config: Unknown configuration key: nonsense"));
  Json body = before;
  body["config"]["nonsense"] = "1";
  EXPECT_TRUE(failed(lxd.finish(lxd.put(path, body)), "Invalid config: Unknown configuration key: nonsense"));
}

TEST_F(Update, LimitsChangeWhileItRuns) {
  ASSERT_TRUE(accepted(lxd.patch(path, {{"config", {{"limits.memory", "300MiB"}, {"limits.cpu", "1"}}}})));
  EXPECT_EQ(config().at("limits.memory"), "300MiB");
  EXPECT_EQ(config().at("limits.cpu"), "1");
  Json body = lxd.get(path).metadata();
  body["config"]["limits.memory"] = "400MiB";
  EXPECT_TRUE(succeeded(lxd.finish(lxd.put(path, body))));
  EXPECT_EQ(config().at("limits.memory"), "400MiB");
  EXPECT_EQ(lxd.get(path).metadata().at("status"), "Running");
  EXPECT_TRUE(refused(lxd.patch(path, {{"config", {{"limits.memory", "lots"}}}}), 500,
                      "Invalid config: Invalid value: lots"));
}

TEST_F(Update, APutReplacesAndMayNotDropVolatileKeys) {
  EXPECT_TRUE(failed(lxd.finish(lxd.put(path, {{"config", Json::object()}, {"devices", Json::object()}})),
                     "Volatile idmap keys can't be deleted by the user"));
  EXPECT_EQ(config(), before.at("config"));
}

TEST_F(Update, TheRootDiskTakesASize) {
  const Json root = {{"type", "disk"}, {"path", "/"}, {"pool", "default"}, {"size", "10GiB"}};
  EXPECT_TRUE(succeeded(put_device("root", root)));
  EXPECT_EQ(lxd.get(path).metadata().at("devices").at("root"), root);
  Json bad = root;
  bad["size"] = "huge";
  EXPECT_TRUE(failed(put_device("root", bad),
                     "Invalid devices: Device validation failed for \"root\": Invalid value for device "
                     "option \"size\": Invalid value: huge"));
}

TEST_F(Update, DevicesAreCheckedAndNamedInTheError) {
  const std::string nic = "Invalid devices: Device validation failed for \"eth0\": ";
  EXPECT_TRUE(failed(
      put_device("eth0", {{"type", "nic"}, {"nictype", "bridged"}, {"parent", "lan0"}, {"hwaddr", "zz"}}),
      nic + "Invalid value for device option \"hwaddr\": Invalid MAC address, must be 6 bytes of hex "
            "separated by colons"));
  EXPECT_TRUE(
      failed(put_device("data", {{"type", "disk"}, {"source", "/nope"}, {"path", "/mnt"}}),
             "Failed add validation for device \"data\": Missing source path \"/nope\" for disk \"data\""));
  EXPECT_TRUE(failed(
      put_device("data", {{"type", "disk"}, {"pool", "default"}, {"source", "nope"}, {"path", "/mnt"}}),
      "Failed add validation for device \"data\": Failed loading custom volume: Storage volume not found"));
}

TEST_F(Update, TheExpandedViewHoldsTheProfilesToo) {
  const Json shown = lxd.get(path).metadata();
  const Json profile = lxd.get("/1.0/profiles/default").metadata();
  Json expanded = profile.at("config");
  expanded.update(shown.at("config"));
  EXPECT_EQ(shown.at("expanded_config"), expanded);
  Json devices = profile.at("devices");
  devices.update(shown.at("devices"));
  EXPECT_EQ(shown.at("expanded_devices"), devices);
}

}  // namespace
}  // namespace dfx::contract
