// Profiles.
#include "tests/contract/lxd/fixture.hpp"

namespace dfx::contract {
namespace {

class Profiles : public LxdContract {
 protected:
  const std::string path = "/1.0/profiles/contract";
  void SetUp() override {
    const Json body = {
        {"name", "contract"},
        {"description", "d"},
        {"config", {{"user.a", "1"}}},
        {"devices", {{"eth0", {{"type", "nic"}, {"nictype", "bridged"}, {"parent", "lan0"}}}}}};
    const Answer made = lxd.post("/1.0/profiles", body);
    ASSERT_TRUE(accepted(made, 201));
    EXPECT_EQ(made.header("location"), path);
  }
  ~Profiles() override { lxd.remove(path); }
};

TEST_F(Profiles, ShowWhatTheyWereMadeOf) {
  EXPECT_EQ(lxd.get(path).metadata(),
            (Json{{"name", "contract"},
                  {"description", "d"},
                  {"config", {{"user.a", "1"}}},
                  {"used_by", Json::array()},
                  {"devices", {{"eth0", {{"type", "nic"}, {"nictype", "bridged"}, {"parent", "lan0"}}}}}}));
}

TEST_F(Profiles, PatchMergesPutReplaces) {
  ASSERT_TRUE(accepted(lxd.patch(path, {{"config", {{"user.b", "2"}}}})));
  EXPECT_EQ(lxd.get(path).metadata().at("config"), (Json{{"user.a", "1"}, {"user.b", "2"}}));
  ASSERT_TRUE(accepted(
      lxd.put(path, {{"description", "e"}, {"config", {{"user.c", "3"}}}, {"devices", Json::object()}})));
  const Json shown = lxd.get(path).metadata();
  EXPECT_EQ(shown.at("config"), (Json{{"user.c", "3"}}));
  EXPECT_EQ(shown.at("devices"), Json::object());
  EXPECT_EQ(shown.at("description"), "e");
}

TEST_F(Profiles, RefuseAnOldEtagAnUnknownKeyAndASecondOfTheName) {
  const Answer old = lxd.patch(path, {{"config", {{"user.b", "2"}}}}, {{"If-Match", "\"old\""}});
  EXPECT_EQ(old.status, 412);
  EXPECT_EQ(old.error().rfind("ETag doesn't match: ", 0), 0u) << old.error();
  EXPECT_TRUE(refused(lxd.patch(path, {{"config", {{"nonsense", "1"}}}}), 500,
                      "Unknown configuration key: nonsense"));
  EXPECT_TRUE(refused(lxd.post("/1.0/profiles", {{"name", "x"}, {"config", {{"nonsense", "1"}}}}), 400,
                      "Unknown configuration key: nonsense"));
  EXPECT_TRUE(refused(lxd.post("/1.0/profiles", {{"name", "contract"}}), 500,
                      "Error inserting \"contract\" into database: The profile already exists"));
}

TEST_F(Profiles, InUseTheyStayAndNameTheirUsers) {
  const Gone gone{"contract-profiled"};
  Json body = empty_container("contract-profiled");
  body["profiles"] = {"default", "contract"};
  ASSERT_TRUE(succeeded(create(body)));
  EXPECT_EQ(lxd.get(path).metadata().at("used_by"), Json({"/1.0/instances/contract-profiled"}));
  EXPECT_TRUE(refused(lxd.remove(path), 500, "Profile is currently in use"));
  EXPECT_EQ(lxd.get("/1.0/instances/contract-profiled").metadata().at("expanded_config").at("user.a"), "1");
  remove_instance(lxd, "contract-profiled");
  EXPECT_TRUE(accepted(lxd.remove(path)));
  EXPECT_TRUE(refused(lxd.remove(path), 404, "Profile not found"));
}

TEST_F(LxdContract, TheDefaultProfileCannotGo) {
  EXPECT_TRUE(refused(lxd.remove("/1.0/profiles/default"), 403, "The \"default\" profile cannot be deleted"));
}

}  // namespace
}  // namespace dfx::contract
