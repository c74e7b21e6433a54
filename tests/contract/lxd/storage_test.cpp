// Storage pools and custom volumes.
#include "tests/contract/lxd/fixture.hpp"

namespace dfx::contract {
namespace {

const std::string k_volumes = "/1.0/storage-pools/default/volumes/custom";

class Volumes : public LxdContract {
 protected:
  const std::string path = k_volumes + "/contract";
  void SetUp() override {
    ASSERT_TRUE(accepted(
        lxd.post(k_volumes, {{"name", "contract"}, {"description", "d"}, {"config", {{"user.a", "1"}}}})));
  }
  ~Volumes() override { lxd.remove(path); }
};

TEST_F(Volumes, ShowWhatTheyWereMadeOf) {
  const Json shown = lxd.get(path).metadata();
  EXPECT_EQ(shown.at("config"), (Json{{"user.a", "1"}}));
  EXPECT_EQ(shown.at("description"), "d");
  EXPECT_EQ(shown.at("type"), "custom");
  EXPECT_EQ(shown.at("content_type"), "filesystem");
  EXPECT_EQ(shown.at("used_by"), Json::array());
  const Json list = lxd.get(k_volumes + "?recursion=1").metadata();
  EXPECT_NE(std::find(list.begin(), list.end(), shown), list.end());
}

TEST_F(Volumes, PatchMergesPutReplaces) {
  ASSERT_TRUE(accepted(lxd.patch(path, {{"config", {{"user.b", "2"}}}})));
  EXPECT_EQ(lxd.get(path).metadata().at("config"), (Json{{"user.a", "1"}, {"user.b", "2"}}));
  ASSERT_TRUE(accepted(lxd.put(path, {{"description", "e"}, {"config", {{"user.c", "3"}}}})));
  EXPECT_EQ(lxd.get(path).metadata().at("config"), (Json{{"user.c", "3"}}));
  const Answer old = lxd.patch(path, {{"config", {{"user.a", "1"}}}}, {{"If-Match", "\"old\""}});
  EXPECT_EQ(old.status, 412);
  EXPECT_EQ(old.error().rfind("ETag doesn't match: ", 0), 0u) << old.error();
}

TEST_F(Volumes, RefuseWhatMakesNoSense) {
  const auto post = [&](const std::string& name, const Json& config) {
    return lxd.post(k_volumes, {{"name", name}, {"config", config}});
  };
  EXPECT_TRUE(refused(post("contract", Json::object()), 409, "Volume by that name already exists"));
  EXPECT_TRUE(refused(post("v2", {{"nonsense", "1"}}), 500,
                      "Invalid option for volume \"default_v2\" option \"nonsense\""));
  EXPECT_TRUE(refused(post("v2", {{"size", "lots"}}), 500,
                      "Invalid value for volume \"default_v2\" option \"size\": Invalid value: lots"));
  EXPECT_TRUE(refused(post("b/d", Json::object()), 400, "Storage volume names may not contain slashes"));
  EXPECT_TRUE(refused(post("", Json::object()), 400, "No name provided"));
  EXPECT_TRUE(refused(lxd.post("/1.0/storage-pools/nope/volumes/custom", {{"name", "v2"}}), 404,
                      "Storage pool not found"));
}

TEST_F(Volumes, AttachedTheyNameTheirUserAndStay) {
  const std::string instance = "/1.0/instances/" + machine();
  const Json before = lxd.get(instance).metadata();
  Json body = before;
  body["devices"]["data"] = {
      {"type", "disk"}, {"pool", "default"}, {"source", "contract"}, {"path", "/mnt/data"}};
  ASSERT_TRUE(succeeded(lxd.finish(lxd.put(instance, body))));
  EXPECT_EQ(lxd.get(path).metadata().at("used_by"), Json({instance}));
  EXPECT_TRUE(refused(lxd.remove(path), 400, "The storage volume is still in use"));
  Json after = lxd.get(instance).metadata();
  after["devices"].erase("data");
  ASSERT_TRUE(succeeded(lxd.finish(lxd.put(instance, after))));
  EXPECT_EQ(lxd.get(instance).metadata().at("devices"), before.at("devices"));
  EXPECT_TRUE(accepted(lxd.remove(path)));
  EXPECT_TRUE(refused(lxd.remove(path), 404, "Storage pool volume not found"));
}

TEST_F(LxdContract, APoolTellsItsDriverItsUsersAndItsSpace) {
  const Json pool = lxd.get("/1.0/storage-pools/default").metadata();
  EXPECT_EQ(pool.at("driver"), "dir");
  EXPECT_EQ(pool.at("status"), "Created");
  const std::string user = "/1.0/instances/" + machine();
  const Json now = lxd.get("/1.0/storage-pools/default").metadata().at("used_by");
  EXPECT_NE(std::find(now.begin(), now.end(), Json(user)), now.end());
  const Json space = lxd.get("/1.0/storage-pools/default/resources").metadata().at("space");
  EXPECT_GT(space.at("total").get<std::int64_t>(), space.at("used").get<std::int64_t>());
  EXPECT_TRUE(refused(lxd.remove("/1.0/storage-pools/default"), 400, "The storage pool is currently in use"));
  EXPECT_EQ(lxd.post("/1.0/storage-pools", {{"name", "default"}, {"driver", "dir"}}).status, 409);
  EXPECT_TRUE(refused(lxd.post("/1.0/storage-pools", {{"name", "contract"}, {"driver", "weird"}}), 500,
                      "Unknown driver"));
}

}  // namespace
}  // namespace dfx::contract
