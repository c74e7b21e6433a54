// Managed bridges, and the host's own ones that LXD only sees.
#include "tests/contract/lxd/fixture.hpp"

namespace dfx::contract {
namespace {

class Networks : public LxdContract {
 protected:
  const std::string path = "/1.0/networks/contractbr";
  const Json config = {{"ipv4.address", "10.77.0.1/24"}, {"ipv4.nat", "false"}, {"ipv6.address", "none"}};
  void SetUp() override {
    const Answer made =
        lxd.post("/1.0/networks",
                 {{"name", "contractbr"}, {"type", "bridge"}, {"description", "d"}, {"config", config}});
    ASSERT_TRUE(accepted(made, 201));
    EXPECT_EQ(made.header("location"), path);
  }
  ~Networks() override { lxd.remove(path); }

  Json with_address(const std::string& name, const std::string& address) {
    return empty_container(
        name, Json::object(),
        {{"eth0", {{"type", "nic"}, {"network", "contractbr"}, {"ipv4.address", address}}}});
  }
};

TEST_F(Networks, ShowWhatTheyWereMadeOf) {
  const Json shown = lxd.get(path).metadata();
  EXPECT_EQ(shown.at("config"), config);
  EXPECT_EQ(shown.at("description"), "d");
  EXPECT_EQ(shown.at("managed"), true);
  EXPECT_EQ(shown.at("type"), "bridge");
  EXPECT_EQ(shown.at("status"), "Created");
  EXPECT_EQ(shown.at("used_by"), nullptr);
}

TEST_F(Networks, PatchMergesPutReplaces) {
  ASSERT_TRUE(accepted(lxd.patch(path, {{"config", {{"user.a", "1"}}}})));
  EXPECT_EQ(lxd.get(path).metadata().at("config").at("user.a"), "1");
  EXPECT_EQ(lxd.get(path).metadata().at("config").at("ipv4.address"), "10.77.0.1/24");
  ASSERT_TRUE(accepted(lxd.put(path, {{"description", "e"}, {"config", config}})));
  EXPECT_EQ(lxd.get(path).metadata().at("config"), config);
  EXPECT_EQ(lxd.get(path).metadata().at("description"), "e");
  const Answer old = lxd.patch(path, {{"config", {{"user.a", "1"}}}}, {{"If-Match", "\"old\""}});
  EXPECT_EQ(old.status, 412);
  EXPECT_EQ(old.error().rfind("ETag doesn't match: ", 0), 0u) << old.error();
}

TEST_F(Networks, RefuseWhatMakesNoSense) {
  const auto post = [&](const std::string& name, const Json& body) {
    return lxd.post("/1.0/networks", {{"name", name}, {"type", "bridge"}, {"config", body}});
  };
  EXPECT_TRUE(refused(post("contractbr", Json::object()), 400, "The network already exists"));
  EXPECT_TRUE(refused(post("cbr2", {{"nonsense", "1"}}), 500,
                      "Invalid option for network \"cbr2\" option \"nonsense\""));
  EXPECT_TRUE(
      refused(post("cbr2", {{"ipv4.address", "bad"}}), 500,
              "Invalid value for network \"cbr2\" option \"ipv4.address\": invalid CIDR address: bad"));
  EXPECT_TRUE(refused(post("a-very-long-network-name", Json::object()), 400,
                      "Network interface is too long (maximum 15 characters)"));
  EXPECT_TRUE(refused(post("lan0", Json::object()), 500, "Network interface \"lan0\" already exists"));
  EXPECT_TRUE(refused(post("", Json::object()), 400, "No name provided"));
}

TEST_F(Networks, AnAddressOutsideTheSubnetIsRefused) {
  const std::string words =
      "Failed creating instance record: Failed initialising instance: Invalid devices: Device validation "
      "failed "
      "for \"eth0\": ";
  EXPECT_TRUE(failed(create(with_address("contract-net", "10.99.0.50")),
                     words + "Device IP address \"10.99.0.50\" not within network \"contractbr\" subnet"));
  EXPECT_TRUE(failed(create(with_address("contract-net", "10.77.0.1")),
                     words + "IP address \"10.77.0.1\" is assigned to parent managed network device \"\""));
}

TEST_F(Networks, OneAddressForTwoMachinesStartsNeither) {
  const Gone one{"contract-net1"};
  const Gone two{"contract-net2"};
  for (const char* name : {"contract-net1", "contract-net2"})
    ASSERT_TRUE(succeeded(create(with_address(name, "10.77.0.50"))));
  for (const char* name : {"contract-net1", "contract-net2"})
    EXPECT_TRUE(failed(lxd.finish(act(std::string("/1.0/instances/") + name, "start")),
                       "Failed start validation for device \"eth0\": IP address \"10.77.0.50\" already "
                       "defined on another NIC"));
  EXPECT_TRUE(refused(lxd.remove(path), 400, "The network is currently in use"));
  bool leased = false;
  const Json leases = lxd.get(path + "/leases").metadata();
  for (const Json& lease : leases)
    leased = leased || (lease.at("hostname") == "contract-net1" && lease.at("address") == "10.77.0.50" &&
                        lease.at("type") == "static");
  EXPECT_TRUE(leased) << leases;
}

TEST_F(Networks, OnceRemovedTheyAreNotFound) {
  ASSERT_TRUE(accepted(lxd.remove(path)));
  EXPECT_TRUE(refused(lxd.remove(path), 404, "Failed loading network: Network not found"));
  EXPECT_TRUE(refused(lxd.get(path), 404, "Network not found"));
}

TEST_F(LxdContract, ABridgeOfTheHostIsSeenAndNotManaged) {
  const Json shown = lxd.get("/1.0/networks/lan0").metadata();
  EXPECT_EQ(shown.at("managed"), false);
  EXPECT_EQ(shown.at("type"), "bridge");
  EXPECT_EQ(shown.at("status"), "");
  EXPECT_EQ(shown.at("config"), Json::object());
  EXPECT_TRUE(refused(lxd.patch("/1.0/networks/lan0", {{"config", {{"user.a", "1"}}}}), 404,
                      "Failed loading network: Network not found"));
  EXPECT_TRUE(refused(lxd.remove("/1.0/networks/lan0"), 404, "Failed loading network: Network not found"));
}

}  // namespace
}  // namespace dfx::contract
