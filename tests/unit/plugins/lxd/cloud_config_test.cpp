#include "plugins/lxd/cloud_config.hpp"

#include <gtest/gtest.h>

namespace dfx::lxd {
namespace {

Json config_of(const Json& node) { return node.at("$dfx").at("concat").at(1).at("$dfx").at("yaml"); }

const Login k_login{"ops", Json::array({"ssh-ed25519 AAAA me"}), "ssh-ed25519 BBBB root@cp-a",
                    reference("lxd/core.keypair/host-cp-a", "/private")};

TEST(UserData, IsCloudConfigWithTheLoginAndTheMachinesOwnKey) {
  const Json node = user_data(k_login, Json());
  EXPECT_EQ(node["$dfx"]["concat"][0], "#cloud-config\n");
  const Json config = config_of(node);
  EXPECT_EQ(config["users"][0], "default");
  EXPECT_EQ(config["users"][1]["name"], "ops");
  EXPECT_EQ(config["users"][1]["ssh_authorized_keys"], k_login.keys);
  EXPECT_EQ(config["ssh_keys"]["ed25519_public"], "ssh-ed25519 BBBB root@cp-a");
  EXPECT_EQ(config["ssh_keys"]["ed25519_private"], k_login.host_key_private);
  EXPECT_EQ(config["ssh_pwauth"], false);
}

TEST(UserData, LetsRootInWhenRootIsMeant) {
  Login root = k_login;
  root.user = "root";
  const Json config = config_of(user_data(root, Json()));
  EXPECT_EQ(config["disable_root"], false);
  EXPECT_EQ(config["ssh_authorized_keys"], root.keys);
  EXPECT_FALSE(config.contains("users"));
}

TEST(UserData, TakesWhatTheStackFileAdds) {
  const Json config = config_of(user_data(k_login, {{"packages", {"htop"}},
                                                    {"users", {{{"name", "ann"}}}},
                                                    {"ssh_pwauth", true},
                                                    {"ssh_keys", {{"rsa_public", "R"}}}}));
  EXPECT_EQ(config["packages"], Json::array({"htop"}));
  EXPECT_EQ(config["users"].size(), 3u) << "lists are appended";
  EXPECT_EQ(config["ssh_pwauth"], true) << "single values win";
  EXPECT_EQ(config["ssh_keys"].size(), 3u) << "mappings are merged";
}

Json nic(const Addressing& a, const char* id) {
  return network_config(a).at("$dfx").at("yaml").at("ethernets").at(id);
}

TEST(NetworkConfig, OfAContainerGoesByTheNameThatLxdGives) {
  const Json eth0 =
      nic({"192.168.0.161/24", "192.168.0.1", {"192.168.0.1"}, "00:16:3e:00:00:01", false}, "eth0");
  EXPECT_EQ(eth0["addresses"], Json::array({"192.168.0.161/24"}));
  EXPECT_EQ(eth0["dhcp4"], false);
  EXPECT_EQ(eth0["routes"], Json::array({{{"to", "0.0.0.0/0"}, {"via", "192.168.0.1"}}}));
  EXPECT_EQ(eth0["nameservers"]["addresses"], Json::array({"192.168.0.1"}));
  EXPECT_FALSE(eth0.contains("match"));
}

TEST(NetworkConfig, OfAVirtualMachineGoesByMac) {
  const Json nic5 = nic({"192.168.0.161/24", "", Json::array(), "00:16:3e:00:00:01", true}, "enp5s0");
  EXPECT_EQ(nic5["match"]["macaddress"], "00:16:3e:00:00:01");
  EXPECT_FALSE(nic5.contains("routes"));
  EXPECT_FALSE(nic5.contains("nameservers"));
}

TEST(NetworkConfig, KnowsIpv6) {
  const Json eth0 = nic({"fd42::5/64", "fd42::1", Json::array(), "", false}, "eth0");
  EXPECT_EQ(eth0["routes"], Json::array({{{"to", "::/0"}, {"via", "fd42::1"}}}));
}

}  // namespace
}  // namespace dfx::lxd
