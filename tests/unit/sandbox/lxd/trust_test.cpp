#include "core/util/digest.hpp"
#include "sandbox/encoding.hpp"
#include "sandbox/lxd/server.hpp"
#include "tests/unit/sandbox/lxd/daemon.hpp"

namespace dfx::sandbox::testing {
namespace {

class Trust : public Daemon {
 public:
  Trust() {
    stranger = true;
    client_der = der_of_pem(make_identity("client").certificate_pem);
  }
  std::string issue() {
    stranger = false;
    const Json operation = call("POST", "/1.0/certificates", {{"type", "client"}, {"token", true}, {"name", "laptop"}}).metadata();
    stranger = true;
    return to_base64(Json{{"client_name", "laptop"},
                          {"fingerprint", operation["metadata"]["fingerprint"]},
                          {"addresses", operation["metadata"]["addresses"]},
                          {"secret", operation["metadata"]["secret"]},
                          {"expires_at", "0001-01-01T00:00:00Z"}}
                         .dump());
  }
  Answer show(const std::string& password) {
    return call("POST", "/1.0/certificates", {{"type", "client"}, {"password", password}});
  }
};

TEST_F(Trust, AStrangerSeesWhatTheServerCanDoAndNothingElse) {
  const Answer answer = call("GET", "/1.0");
  EXPECT_EQ(answer.status(), 200);
  EXPECT_EQ(answer.metadata()["auth"], "untrusted");
  EXPECT_FALSE(answer.metadata().contains("environment"));
  EXPECT_EQ(call("GET", "/1.0/instances").status(), 403);
  EXPECT_EQ(call("GET", "/1.0/instances").error(), "not authorized");
  EXPECT_EQ(call("DELETE", "/1.0/certificates").status(), 403);
  EXPECT_EQ(call("GET", "/1.0/nothing").status(), 404);
}

TEST_F(Trust, AStrangerSeesPublicImagesOnly) {
  stranger = false;
  give_image();
  const std::string fingerprint = call("GET", "/1.0/images/aliases/debian").metadata()["target"];
  stranger = true;
  EXPECT_EQ(call("GET", "/1.0/images").metadata(), Json::array());
  EXPECT_EQ(call("GET", "/1.0/images/" + fingerprint).status(), 404);
  EXPECT_EQ(call("GET", "/1.0/images/aliases/debian").error(), "Image alias not found");
}

TEST_F(Trust, ThePasswordIsTakenAndAWrongOneIsNot) {
  EXPECT_EQ(show("wrong").status(), 403);
  EXPECT_EQ(show("").status(), 403);
  EXPECT_EQ(show(lxd::k_trust_password).status(), 201);
  EXPECT_EQ(call("GET", "/1.0").metadata()["auth"], "trusted");
  EXPECT_EQ(show(lxd::k_trust_password).error(), "Client is already trusted");
}

TEST_F(Trust, ATokenIsGoodForOneUse) {
  const std::string token = issue();
  EXPECT_EQ(show(token).status(), 201);
  EXPECT_EQ(call("GET", "/1.0/certificates?recursion=1").metadata()[0]["name"], "laptop");
  client_der = der_of_pem(make_identity("second").certificate_pem);
  EXPECT_EQ(show(token).status(), 403);
  EXPECT_EQ(show(token).error(), "No matching certificate add operation found");
}

TEST_F(Trust, ATokenInItsNewerFieldIsUnknownToThisVersion) {
  EXPECT_EQ(call("POST", "/1.0/certificates", {{"type", "client"}, {"trust_token", issue()}}).status(), 403);
}

TEST_F(Trust, ATokenOfTheWorldCarriesTheServersFingerprint) {
  auto session = store.begin(Store::Access::write);
  const Json token = Json::parse(from_base64(lxd::add_trust_token(session, k_host, "cli", now)));
  EXPECT_EQ(token["fingerprint"], lxd::server_fingerprint(session, k_host));
  EXPECT_EQ(token["addresses"], Json::array({"192.168.0.10:8443"}));
}

TEST_F(Trust, WithoutACertificateThereIsNothingToTrust) {
  client_der.clear();
  EXPECT_EQ(show(lxd::k_trust_password).error(), "No client certificate provided");
}

TEST_F(Trust, ACertificateIsFoundByTheStartOfItsFingerprintAndGoesWhenDeleted) {
  show(lxd::k_trust_password);
  const std::string fingerprint = sha256_hex(client_der);
  EXPECT_EQ(call("GET", "/1.0/certificates/" + fingerprint.substr(0, 12)).metadata()["fingerprint"], fingerprint);
  EXPECT_EQ(call("DELETE", "/1.0/certificates/" + fingerprint).status(), 200);
  EXPECT_EQ(call("GET", "/1.0").metadata()["auth"], "untrusted");
}

TEST_F(Trust, ASecondCopyOfACertificateIsAConflict) {
  stranger = false;
  const Json body = {{"type", "client"}, {"name", "x"}, {"certificate", to_base64(client_der)}};
  EXPECT_EQ(call("POST", "/1.0/certificates", body).status(), 201);
  EXPECT_EQ(call("POST", "/1.0/certificates", body).status(), 409);
  EXPECT_EQ(call("POST", "/1.0/certificates", {{"type", "zz"}}).error(), "Invalid certificate type");
}

}  // namespace
}  // namespace dfx::sandbox::testing
