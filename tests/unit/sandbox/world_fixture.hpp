// A world with one server in it, and a client that it trusts.
#pragma once
#include <gtest/gtest.h>

#include "tests/unit/sandbox/https_client.hpp"
#include "tests/unit/sandbox/temp_folder.hpp"

namespace dfx::sandbox::testing {

inline constexpr const char* k_kkh = "https://192.168.0.10:8443";
inline constexpr const char* k_kkh2 = "https://192.168.0.12:8443";

class Worlds : public ::testing::Test {
 public:
  Worlds() {
    world.serve("lxd", k_kkh);
    world.trust(k_kkh, identity.certificate_pem);
    world.set_faults({{"latency", {{"create", 0.01}, {"image", 0.01}, {"start", 0.01}, {"address", 0.01}, {"cloud_init", 0.02}}}});
  }

  HttpsClient client() { return HttpsClient(*world.route("192.168.0.10", 8443), identity); }

  // The operation's end.
  static Json end_of(HttpsClient& client, const HttpAnswer& started) {
    EXPECT_EQ(started.status, 202) << started.body;
    const std::string url = started.json()["operation"];
    return client.call("GET", url + "/wait?timeout=20").metadata();
  }
  static void create_running(HttpsClient& client, const std::string& name, const std::string& address) {
    const Json body = {{"name", name},
                       {"source", {{"type", "image"}, {"protocol", "simplestreams"}, {"server", "https://images.linuxcontainers.org"},
                                   {"alias", "debian/12/cloud"}}},
                       {"config", {{"cloud-init.network-config", "version: 2\nethernets:\n  eth0:\n    addresses: [" + address + "/24]\n"}}},
                       {"devices", {{"eth0", {{"type", "nic"}, {"nictype", "bridged"}, {"parent", "lan0"}}}}}};
    EXPECT_EQ(end_of(client, client.call("POST", "/1.0/instances", body.dump()))["err"], "");
    const Json start = {{"action", "start"}, {"timeout", 30}};
    EXPECT_EQ(end_of(client, client.call("PUT", "/1.0/instances/" + name + "/state", start.dump()))["err"], "");
  }

  TempFolder folder;
  World world{folder.path()};
  Identity identity = make_identity("client");
};

}  // namespace dfx::sandbox::testing
