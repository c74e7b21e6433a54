// What is asked before anything is made: images, hosts, addresses, room.
#include "tests/unit/plugins/lxd/fixture.hpp"

namespace dfx::lxd {
namespace {

class LxdLookup : public LxdTest {
 protected:
  LxdLookup() {
    host.on("GET", "/1.0/images/aliases", sync({{{"name", "debian/12/cloud"}}, {{"name", "old"}}}));
    host.on("GET", "/1.0/images/aliases/*", error(404, "Image alias not found"));
    host.on("GET", "/1.0/images/aliases/debian%2F12%2Fcloud", sync({{"target", "fp1"}}));
    host.on("GET", "/1.0/images/fp1", sync({{"fingerprint", "fp1"}, {"type", "container"}}));
    host.on("GET", "/1.0/resources", sync({{"memory", {{"total", 8ull << 30}}}}));
    host.on("GET", "/1.0/storage-pools/default/resources", [this](const Request&) {
      return sync({{"space", {{"total", 100ull << 30}, {"used", used}}}});
    });
  }
  Json ask(const std::string& kind, const Json& desired) {
    const Outcome out = plugin.read(batch(kind, Json::array({item("a", desired)})));
    return out.lines.empty() ? Json{{"failed", out.code()}} : out.lines[0];
  }
  static Json image(const std::string& local, const std::string& server = "",
                    const std::string& type = "container") {
    return {{"image", local}, {"type", type}, {"local", local}, {"server", server}, {"alias", "12"}};
  }
  std::uint64_t used = 10ull << 30;
};

TEST_F(LxdLookup, FindsALocalImageByItsFingerprint) {
  EXPECT_EQ(ask("lxd.image", image("debian/12/cloud"))["outputs"], (Json{{"fingerprint", "fp1"}}));
}

TEST_F(LxdLookup, LeavesAPublicImageToTheHost) {
  EXPECT_EQ(ask("lxd.image", image("debian/12", "https://images.example"))["outputs"],
            (Json{{"server", "https://images.example"}, {"alias", "12"}, {"protocol", "simplestreams"}}));
}

TEST_F(LxdLookup, SaysWhichImagesThereAre) {
  const Json line = ask("lxd.image", image("debian/13"));
  EXPECT_EQ(line["result"], "absent");
  EXPECT_NE(line["message"].get<std::string>().find("it has: debian/12/cloud, old"), std::string::npos);
}

TEST_F(LxdLookup, DoesNotTakeAContainersImageForAVirtualMachine) {
  EXPECT_NE(
      ask("lxd.image", image("debian/12/cloud", "", "virtual-machine"))["message"].get<std::string>().find(
          "is for containers"),
      std::string::npos);
  EXPECT_EQ(ask("lxd.image",
                image("debian/12/cloud", "https://images.example", "virtual-machine"))["outputs"]["server"],
            "https://images.example");
}

TEST_F(LxdLookup, TellsWhatAHostIs) {
  EXPECT_EQ(ask("lxd.host", Json::object())["outputs"]["version"], "5.0.2");
  server["environment"]["server_clustered"] = true;
  EXPECT_EQ(ask("lxd.host", Json::object())["failed"], "lxd.cluster");
}

class LxdAddress : public LxdLookup {
 protected:
  Json verdict() { return ask("lxd.address", {{"machine", "cp-a"}, {"address", "192.168.0.161"}}); }
  static Json running(const std::string& name, const std::string& address) {
    return {{"name", name},
            {"config", Json::object()},
            {"state",
             {{"network",
               {{"eth0",
                 {{"addresses",
                   Json::array({{{"family", "inet"}, {"address", address}, {"scope", "global"}}})}}}}}}}};
  }
};

TEST_F(LxdAddress, IsFreeIfNobodyHasIt) {
  instances["x"] = running("x", "192.168.0.99");
  EXPECT_EQ(verdict()["verdict"], "pass");
}

TEST_F(LxdAddress, InUseNamesWhoHasIt) {
  instances["old-web"] = running("old-web", "192.168.0.161");
  const Json line = verdict();
  EXPECT_EQ(line["verdict"], "fail");
  EXPECT_NE(line["message"].get<std::string>().find(
                "address 192.168.0.161 of machine cp-a is in use by instance old-web on host kkh"),
            std::string::npos);
}

TEST_F(LxdAddress, InUseByAStoppedInstanceIsSeenToo) {
  instances["old"] = {
      {"name", "old"}, {"config", {{"user.dfx.ip", "192.168.0.161/24"}}}, {"state", {{"network", nullptr}}}};
  EXPECT_EQ(verdict()["verdict"], "fail");
}

TEST_F(LxdAddress, OfAMachineOfOursIsFine) {
  instances["cp-a"] = running("cp-a", "192.168.0.161");
  instances["cp-a"]["config"] = {{"user.dfx.stack", "id1"}, {"user.dfx.environment", "home"}};
  host.probe = [](const std::string&, std::uint16_t) { return "SSH-2.0"; };
  EXPECT_EQ(verdict()["verdict"], "pass");
}

TEST_F(LxdAddress, ThatAnswersOnTheNetworkIsInUse) {
  host.probe = [](const std::string&, std::uint16_t) { return "SSH-2.0-OpenSSH"; };
  EXPECT_NE(verdict()["message"].get<std::string>().find("answers there on port 22 with SSH"),
            std::string::npos);
}

class LxdCapacity : public LxdLookup {
 protected:
  Json verdict(const std::string& memory = "1GiB", const std::string& disk = "10GiB") {
    return ask("lxd.capacity", {{"machines", {{"cp-a", {{"memory", memory}, {"disk", disk}}}}},
                                {"pool", "default"},
                                {"asked", false}});
  }
  LxdCapacity() {
    host.on("GET", "/1.0/instances", [this](const Request&) { return sync(urls); });
  }
  Json urls = Json::array();
};

TEST_F(LxdCapacity, IsThere) { EXPECT_EQ(verdict()["verdict"], "pass"); }

TEST_F(LxdCapacity, IsMissingOnAFullDisk) {
  used = 100ull << 30;
  EXPECT_EQ(verdict()["verdict"], "fail");
  EXPECT_NE(verdict()["message"].get<std::string>().find("storage pool default of host kkh has 0B left"),
            std::string::npos);
}

TEST_F(LxdCapacity, WarnsOfWhatMayNotFitOneDay) {
  EXPECT_EQ(verdict("1GiB", "200GiB")["verdict"], "warn");
  EXPECT_EQ(verdict("16GiB")["verdict"], "warn");
}

TEST_F(LxdCapacity, IsNotNeededByMachinesThatAreThere) {
  used = 100ull << 30;
  urls.push_back("/1.0/instances/cp-a");
  EXPECT_EQ(verdict()["verdict"], "pass");
}

}  // namespace
}  // namespace dfx::lxd
