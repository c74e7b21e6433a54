// lxd.trust: how dfx's certificate gets into a host's trust store, and what the first contact is pinned to.
#include "plugins/lxd/token.hpp"
#include "tests/unit/plugins/lxd/fixture.hpp"

namespace dfx::lxd {
namespace {

// {"client_name":"dfx","fingerprint":"bbbb…","addresses":["192.168.0.10:8443"],"secret":"s3cret","expires_at":"…"}
const std::string k_pin(64, 'b');
const std::string k_token =
    "eyJjbGllbnRfbmFtZSI6ImRmeCIsImZpbmdlcnByaW50IjoiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJi"
    "YmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYiIsImFkZHJlc3NlcyI6WyIxOTIuMTY4LjAuMTA6ODQ0MyJdLCJzZWNyZXQiOiJzM2Ny"
    "ZXQifQ==";
const std::string k_address = "lxd/lxd.trust/kkh";

class LxdTrust : public LxdTest {
 protected:
  LxdTrust() {
    host.secrets["stack/token"] = k_token;
    server["auth"] = "untrusted";
    host.on("POST", "/1.0/certificates", [this](const Request&) {
      server["auth"] = "trusted";
      return sync(Json::object());
    });
    host.on("DELETE", "/1.0/certificates/*", [this](const Request&) {
      server["auth"] = "untrusted";
      return sync(Json::object());
    });
  }
  static Json secret(const char* handle) { return {{"$dfx", {{"secret", handle}}}}; }
  static Json unpinned(Json request) {
    request["connection"]["fingerprint"] = "";
    return request;
  }
  Json make(const Json& desired) { return change("lxd.trust", "create", k_address, desired); }
};

TEST(TrustToken, IsReadAsLxdPrintsIt) {
  const auto token = parse_token(k_token);
  ASSERT_TRUE(token);
  EXPECT_EQ(token->name, "dfx");
  EXPECT_EQ(token->fingerprint, k_pin);
}

TEST(TrustToken, RefusesWhatIsNone) {
  for (const char* text : {"", "hello", "eyJhIjoxfQ==", "%%%"}) EXPECT_FALSE(parse_token(text)) << text;
}

TEST_F(LxdTrust, ByTokenIsPinnedFromTheTokenAndRedeemedAsOldDaemonsWantIt) {
  const Outcome out = plugin.apply(unpinned(make({{"client", "c1"}, {"token", secret("stack/token")}})));
  ASSERT_EQ(out.status, DFX_OK) << out.diagnostics;
  EXPECT_EQ(host.requests[0].tls["pin"], k_pin) << "the very first request";
  const Request& post = host.last("POST", "/1.0/certificates");
  EXPECT_EQ(post.body["password"], secret("stack/token"));
  EXPECT_EQ(post.body["type"], "client");
  EXPECT_EQ(out.lines[0]["outputs"]["fingerprint"], k_pin);
}

TEST_F(LxdTrust, ByTokenUsesItsOwnFieldOnNewDaemons) {
  server["api_extensions"].push_back("explicit_trust_token");
  ASSERT_EQ(plugin.apply(make({{"client", "c1"}, {"token", secret("stack/token")}})).status, DFX_OK);
  EXPECT_EQ(host.last("POST", "/1.0/certificates").body["trust_token"], secret("stack/token"));
}

TEST_F(LxdTrust, ByPasswordSendsNothingButTheHandle) {
  ASSERT_EQ(plugin.apply(make({{"client", "c1"}, {"password", secret("stack/pw")}})).status, DFX_OK);
  EXPECT_EQ(host.last("POST", "/1.0/certificates").body["password"], secret("stack/pw"));
}

TEST_F(LxdTrust, ThatIsThereAlreadyAsksForNothing) {
  server["auth"] = "trusted";
  ASSERT_EQ(plugin.apply(make({{"client", "c1"}})).status, DFX_OK);
  EXPECT_EQ(host.count("POST", "/1.0/certificates"), 0u);
}

TEST_F(LxdTrust, WithoutTokenOrPasswordSaysWhatToDo) {
  const Outcome out = plugin.apply(make({{"client", "c1"}}));
  EXPECT_EQ(out.status, DFX_AUTH);
  EXPECT_EQ(out.code(), "lxd.not-trusted");
  EXPECT_NE(out.diagnostics[0]["help"].get<std::string>().find("lxc config trust add"), std::string::npos);
}

TEST_F(LxdTrust, ByATokenThatWasUsedSaysSo) {
  host.on("POST", "/1.0/certificates", error(403, "not authorized"));
  const Outcome out = plugin.apply(make({{"client", "c1"}, {"token", secret("stack/token")}}));
  EXPECT_EQ(out.code(), "lxd.trust-refused");
  EXPECT_NE(out.diagnostics[0]["help"].get<std::string>().find("works once"), std::string::npos);
}

TEST_F(LxdTrust, ByWhatIsNoTokenIsRefusedOnlyWhereTheTokenIsUsed) {
  host.secrets["stack/token"] = "made up";
  const Json desired = {{"client", "c1"}, {"token", secret("stack/token")}};
  EXPECT_EQ(plugin.apply(make(desired)).code(), "lxd.bad-token");
  EXPECT_EQ(host.count("POST", "/1.0/certificates"), 0u);
  const Json question = unpinned(batch("lxd.trust", Json::array({item(k_address, desired)})));
  EXPECT_EQ(plugin.read(question).at(k_address)["result"], "absent");
  server["auth"] = "trusted";
  EXPECT_EQ(plugin.read(question).at(k_address)["result"], "present");
  EXPECT_EQ(plugin.apply(unpinned(make(desired))).status, DFX_OK) << "trusted already";
  host.on("GET", "/1.0", Answer{0, nullptr, "", Json::object(), DFX_AUTH});
  EXPECT_EQ(plugin.read(question).diagnostics.back()["code"], "lxd.bad-token") << "it should have said whom to trust";
}

TEST_F(LxdTrust, ByARaceThatSomebodyElseWonIsFine) {
  host.on("POST", "/1.0/certificates", [this](const Request&) {
    server["auth"] = "trusted";
    return error(409, "Certificate already in trust store");
  });
  EXPECT_EQ(plugin.apply(make({{"client", "c1"}, {"token", secret("stack/token")}})).status, DFX_OK);
}

TEST_F(LxdTrust, OfAHostWithAnUnknownCertificateNamesTheSetting) {
  host.on("GET", "/1.0", Answer{0, nullptr, "", Json::object(), DFX_AUTH});
  const Outcome out = plugin.apply(unpinned(make({{"client", "c1"}})));
  EXPECT_EQ(out.status, DFX_AUTH);
  EXPECT_EQ(out.diagnostics.back()["code"], "lxd.no-fingerprint");
  EXPECT_NE(out.diagnostics.back()["help"].get<std::string>().find("`fingerprint:`"), std::string::npos);
}

TEST_F(LxdTrust, OfAHostWithAnotherCertificateIsNoTrustAtAll) {
  host.on("GET", "/1.0", Answer{0, nullptr, "", Json::object(), DFX_AUTH});
  EXPECT_EQ(plugin.read(batch("lxd.trust", Json::array({item(k_address, {{"client", "c1"}})})))
                .diagnostics.back()["code"],
            "lxd.other-certificate");
}

TEST_F(LxdTrust, IsReadFromWhatTheHostSaysOfUs) {
  const auto read = [&] {
    return plugin.read(batch("lxd.trust", Json::array({item(k_address, {{"client", "c1"}})}))).at(k_address);
  };
  EXPECT_EQ(read()["result"], "absent");
  server["auth"] = "trusted";
  EXPECT_EQ(read()["result"], "present");
  EXPECT_EQ(read()["owner"], "mine");
  EXPECT_EQ(read()["observed"]["client"], "c1");
}

TEST_F(LxdTrust, ReadsWithTheRecordedPinOnceTheTokenIsGone) {
  Json question = item(k_address, {{"client", "c1"}});
  question["outputs"] = {{"fingerprint", k_pin}};
  plugin.read(unpinned(batch("lxd.trust", Json::array({question}))));
  EXPECT_EQ(host.requests[0].tls["pin"], k_pin);
}

TEST_F(LxdTrust, IsTakenBack) {
  server["auth"] = "trusted";
  ASSERT_EQ(plugin.apply(change("lxd.trust", "delete", k_address, {{"client", "c1"}})).status, DFX_OK);
  EXPECT_EQ(host.count("DELETE", "/1.0/certificates/c1"), 1u);
  EXPECT_EQ(plugin.apply(change("lxd.trust", "delete", k_address, {{"client", "c1"}})).status, DFX_OK)
      << "again";
  EXPECT_EQ(host.count("DELETE", "/1.0/certificates/c1"), 1u);
}

TEST_F(LxdTrust, RefusesIncusAndClustersInPlainWords) {
  server["environment"]["server_clustered"] = true;
  EXPECT_EQ(plugin.apply(make({{"client", "c1"}})).code(), "lxd.cluster");
  server["environment"]["server"] = "incus";
  EXPECT_EQ(plugin.apply(make({{"client", "c1"}})).code(), "lxd.incus");
}

TEST_F(LxdTrust, OverAUnixSocketNeedsNoCertificate) {
  server["auth"] = "trusted";
  Json request = make({{"client", "c1"}});
  request["connection"]["url"] = "unix:///var/snap/lxd/common/lxd/unix.socket";
  ASSERT_EQ(plugin.apply(request).status, DFX_OK);
  EXPECT_EQ(host.requests[0].url, "unix:///var/snap/lxd/common/lxd/unix.socket:/1.0");
  EXPECT_TRUE(host.requests[0].tls.empty());
}

}  // namespace
}  // namespace dfx::lxd
