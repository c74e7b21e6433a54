// Who may talk to the daemon, and how a client comes to be trusted.
#include "tests/contract/lxd/fixture.hpp"

namespace dfx::contract {
namespace {

// A client that nobody trusts; whatever the test makes of it is undone at its end.
struct Stranger {
  Client client = server().client(make_identity("stranger"));
  std::string path = "/1.0/certificates/" + fingerprint_of(client.identity().certificate);
  ~Stranger() { trusted().remove(path); }
};

std::string base64(const std::string& text) {
  static const char* const k_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += 3) {
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < 3; ++k)
      bits = bits << 8 | (i + k < text.size() ? static_cast<unsigned char>(text[i + k]) : 0);
    for (std::size_t k = 0; k < 4; ++k)
      out += i + k > text.size() ? '=' : k_digits[bits >> (18 - 6 * k) & 63];
  }
  return out;
}

// What `lxc config trust add` would print.
Json issued_token(const Client& client, const std::string& name) {
  const Answer answer =
      client.post("/1.0/certificates", {{"type", "client"}, {"name", name}, {"token", true}});
  EXPECT_EQ(answer.status, 202) << answer.body;
  EXPECT_EQ(answer.metadata().at("class"), "token");
  return answer.metadata().at("metadata");
}

std::string printed(const Json& token) {
  return base64(Json{{"client_name", token.at("request").at("name")},
                     {"fingerprint", token.at("fingerprint")},
                     {"addresses", token.at("addresses")},
                     {"secret", token.at("secret")},
                     {"expires_at", "0001-01-01T00:00:00Z"}}
                    .dump());
}

TEST_F(LxdContract, ShowsItsCertificateBeforeAnyRequest) {
  EXPECT_EQ(lxd.server_fingerprint(), server().fingerprint);
  const Json environment = lxd.get("/1.0").metadata().at("environment");
  EXPECT_EQ(environment.at("certificate_fingerprint"), server().fingerprint);
  EXPECT_EQ(fingerprint_of(environment.at("certificate")), server().fingerprint);
}

TEST_F(LxdContract, AStrangerSeesTheExtensionsAndNothingElse) {
  const Stranger stranger;
  const Answer answer = stranger.client.get("/1.0");
  ASSERT_TRUE(accepted(answer));
  EXPECT_EQ(answer.metadata().at("auth"), "untrusted");
  EXPECT_EQ(answer.metadata().at("public"), false);
  EXPECT_EQ(answer.metadata().at("auth_methods"), Json({"tls"}));
  EXPECT_EQ(answer.metadata().at("api_extensions"), lxd.get("/1.0").metadata().at("api_extensions"));
  EXPECT_FALSE(answer.metadata().contains("environment"));
  EXPECT_TRUE(refused(stranger.client.get("/1.0/instances"), 403, "not authorized"));
  EXPECT_TRUE(refused(stranger.client.get("/1.0/instances/nope"), 403, "not authorized"));
  EXPECT_TRUE(refused(stranger.client.post("/1.0/instances", container("x")), 403, "not authorized"));
}

TEST_F(LxdContract, ATrustedClientIsToldSo) { EXPECT_EQ(lxd.get("/1.0").metadata().at("auth"), "trusted"); }

TEST_F(LxdContract, AWrongPasswordOrNoneIsRefused) {
  const Stranger stranger;
  EXPECT_TRUE(refused(stranger.client.post("/1.0/certificates", {{"type", "client"}, {"password", "wrong"}}),
                      403, "not authorized"));
  EXPECT_TRUE(
      refused(stranger.client.post("/1.0/certificates", {{"type", "client"}}), 403, "not authorized"));
  EXPECT_EQ(stranger.client.get("/1.0").metadata().at("auth"), "untrusted");
}

TEST_F(LxdContract, ThePasswordMakesTrustAndIsNeverShown) {
  const Stranger stranger;
  const Json request = {{"type", "client"}, {"name", "by-password"}, {"password", server().password}};
  const Answer answer = stranger.client.post("/1.0/certificates", request);
  ASSERT_TRUE(accepted(answer, 201));
  EXPECT_EQ(answer.header("location"), stranger.path);
  EXPECT_EQ(stranger.client.get("/1.0").metadata().at("auth"), "trusted");
  EXPECT_TRUE(refused(stranger.client.post("/1.0/certificates", request), 400, "Client is already trusted"));
  const Json config = lxd.get("/1.0").metadata().at("config");
  EXPECT_EQ(config.at("core.trust_password"), true);
}

TEST_F(LxdContract, ATrustedCertificateIsListedAndItsRemovalEndsTheTrust) {
  const Stranger stranger;
  stranger.client.post("/1.0/certificates",
                       {{"type", "client"}, {"name", "listed"}, {"password", server().password}});
  const Json shown = lxd.get(stranger.path).metadata();
  EXPECT_EQ(shown.at("name"), "listed");
  EXPECT_EQ(shown.at("type"), "client");
  EXPECT_EQ(shown.at("restricted"), false);
  EXPECT_EQ(fingerprint_of(shown.at("certificate")), shown.at("fingerprint"));
  ASSERT_TRUE(accepted(lxd.remove(stranger.path)));
  EXPECT_TRUE(refused(lxd.remove(stranger.path), 404, "Certificate not found"));
  EXPECT_TRUE(refused(lxd.get(stranger.path), 404, "Certificate not found"));
  EXPECT_TRUE(refused(stranger.client.get("/1.0/instances"), 403, "not authorized"));
}

TEST_F(LxdContract, ATokenCarriesTheServersFingerprintAndMakesTrustOnce) {
  const Json token = issued_token(lxd, "by-token");
  EXPECT_EQ(token.at("fingerprint"), server().fingerprint);
  EXPECT_TRUE(token.at("addresses").is_array());
  {
    const Stranger stranger;
    const Answer answer =
        stranger.client.post("/1.0/certificates", {{"type", "client"}, {"password", printed(token)}});
    ASSERT_TRUE(accepted(answer, 201));
    EXPECT_EQ(lxd.get(stranger.path).metadata().at("name"), "by-token");
  }
  const Stranger second;
  EXPECT_TRUE(
      refused(second.client.post("/1.0/certificates", {{"type", "client"}, {"password", printed(token)}}),
              403, "No matching certificate add operation found"));
}

}  // namespace
}  // namespace dfx::contract
