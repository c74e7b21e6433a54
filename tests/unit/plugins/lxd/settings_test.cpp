// What settings may not say, and what the user is told then.
#include "plugins/lxd/settings.hpp"

#include "tests/unit/plugins/lxd/fixture.hpp"

namespace dfx::lxd {
namespace {

class LxdSettings : public LxdTest {
 protected:
  Outcome expand(const Json& settings) {
    return plugin.expand({{"component", "lxd"},
                          {"stack", {{"name", "s"}, {"id", "id1"}, {"environment", "home"}}},
                          {"settings", settings},
                          {"uses", Json::object()}});
  }
  Json good() const {
    return {
        {"hosts",
         {{"kkh", {{"url", "https://192.168.0.10:8443"}}}, {"kkh2", {{"url", "https://192.168.0.12:8443"}}}}},
        {"machines", {{"cp-a", {{"host", "kkh"}, {"image", "ubuntu/24.04"}}}}}};
  }
  void expect_refused(const Json& settings, const std::string& code, const std::string& path,
                      const std::string& help) {
    const Outcome out = expand(settings);
    EXPECT_EQ(out.status, DFX_INVALID);
    ASSERT_FALSE(out.diagnostics.empty());
    EXPECT_EQ(out.code(), code);
    EXPECT_EQ(out.diagnostics[0]["path"], path);
    EXPECT_NE(out.diagnostics[0]["help"].get<std::string>().find(help), std::string::npos)
        << out.diagnostics[0]["help"];
  }
};

TEST_F(LxdSettings, AreFineWhenTheyAre) { EXPECT_EQ(expand(good()).status, DFX_OK); }

TEST_F(LxdSettings, NameAHostThatIsThere) {
  Json s = good();
  s["machines"]["cp-a"]["host"] = "kkh3";
  expect_refused(s, "lxd.no-such-host", "/machines/cp-a/host", "did you mean `kkh`?");
  s["machines"]["cp-a"].erase("host");
  expect_refused(s, "lxd.no-such-host", "/machines/cp-a/host", "there are: kkh, kkh2");
}

TEST_F(LxdSettings, NameAnImageOfAKnownRemote) {
  Json s = good();
  s["machines"]["cp-a"]["image"] = "ubunut:24.04";
  expect_refused(s, "lxd.no-such-remote", "/machines/cp-a/image", "did you mean `ubuntu`?");
  s["machines"]["cp-a"].erase("image");
  expect_refused(s, "lxd.no-image", "/machines/cp-a/image", "ubuntu/24.04");
}

TEST_F(LxdSettings, LeaveKeysToTheSettingsThatOwnThem) {
  Json s = good();
  for (const auto& [key, help] :
       std::map<std::string, std::string>{{"limits.cpu", "`cpu:`"},
                                          {"limits.memory", "`memory:`"},
                                          {"cloud-init.user-data", "`cloud_init:`"},
                                          {"user.dfx.stack", "dfx's own"},
                                          {"volatile.uuid", "LXD's own"},
                                          {"security.protection.delete", "`protect:`"}}) {
    s["machines"]["cp-a"]["config"] = {{key, "x"}};
    expect_refused(s, "lxd.reserved-key", "/machines/cp-a/config/" + key, help);
  }
  s["machines"]["cp-a"]["config"] = {{"limits.cpu.allowance", "50%"}, {"user.mine", "x"}};
  EXPECT_EQ(expand(s).status, DFX_OK);
}

TEST_F(LxdSettings, GiveEachMachineAnAddressOfItsOwn) {
  Json s = good();
  s["machines"]["cp-a"]["address"] = "192.168.0.161/24";
  s["machines"]["cp-b"] = {{"host", "kkh2"}, {"image", "x"}, {"address", "192.168.0.161/16"}};
  expect_refused(s, "lxd.same-address", "/machines/cp-b/address", "another address");
}

TEST_F(LxdSettings, KeepAVolumeAndItsMachineOnOneHost) {
  Json s = good();
  s["machines"]["cp-a"]["volumes"] = {{"data", "/srv"}};
  expect_refused(s, "lxd.no-such-volume", "/machines/cp-a/volumes/data", "there is none");
  s["volumes"]["data"] = {{"host", "kkh2"}};
  expect_refused(s, "lxd.volume-elsewhere", "/machines/cp-a/volumes/data", "one host");
}

TEST_F(LxdSettings, TellEveryProblemAtOnce) {
  Json s = good();
  s["machines"]["cp-a"] = {{"host", "nowhere"}, {"config", {{"limits.cpu", "2"}}}};
  s["hosts"]["kkh"]["fingerprint"] = "abc";
  EXPECT_EQ(expand(s).diagnostics.size(), 4u);
}

TEST_F(LxdSettings, RefuseWhatIsNoFingerprintAndNoAddress) {
  Json s = good();
  s["hosts"]["kkh"]["fingerprint"] = "abc";
  expect_refused(s, "lxd.bad-fingerprint", "/hosts/kkh/fingerprint", "lxc info");
  s = good();
  s["hosts"]["kkh"]["url"] = "http://192.168.0.10";
  expect_refused(s, "lxd.bad-url", "/hosts/kkh/url", "https://");
}

TEST(Seconds, AreReadFromDurations) {
  EXPECT_EQ(parse_seconds("90s"), 90);
  EXPECT_EQ(parse_seconds("1h30m"), 5400);
  EXPECT_EQ(parse_seconds("1500ms"), 2);
}

TEST(Mac, IsStableAndTellsMachinesApart) {
  EXPECT_EQ(mac_for("id/home/lxd/cp-a"), mac_for("id/home/lxd/cp-a"));
  EXPECT_NE(mac_for("id/home/lxd/cp-a"), mac_for("id/home/lxd/cp-b"));
  EXPECT_EQ(mac_for("x").substr(0, 9), "00:16:3e:");
}

}  // namespace
}  // namespace dfx::lxd
