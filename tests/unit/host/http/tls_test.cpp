// Nobody gets a byte of a request before it has shown the right certificate.
#include "host/http/tls.hpp"

#include "host/secrets/keys.hpp"
#include "tests/unit/host/http/fixture.hpp"

namespace dfx::host::test {
namespace {

std::string answer_all(const Seen&) { return answer("x"); }

class TlsTrust : public HttpTest {};

TEST_F(TlsTrust, ThePinnedCertificateIsEnough) {
  TestServer server(answer_all);
  EXPECT_EQ(send(get(server)), CallStatus::ok);
}

TEST_F(TlsTrust, APinMayBeWrittenWithColonsAndInCapitals) {
  TestServer server(answer_all);
  std::string pin;
  for (std::size_t i = 0; i < 64; i += 2) pin += (pin.empty() ? "" : ":") + server.identity().fingerprint.substr(i, 2);
  std::transform(pin.begin(), pin.end(), pin.begin(), [](unsigned char c) { return std::toupper(c); });
  EXPECT_EQ(send({{"url", server.origin()}, {"tls", {{"pin", pin}}}}), CallStatus::ok);
}

TEST_F(TlsTrust, AnotherCertificateGetsNotOneByte) {
  TestServer server(answer_all);
  const std::string wrong(64, 'a');
  write();
  EXPECT_EQ(send({{"method", "POST"}, {"url", server.origin() + "/1.0"}, {"tls", {{"pin", wrong}}}}, "body"), CallStatus::auth);
  EXPECT_EQ(server.request_bytes(), 0u);
  EXPECT_TRUE(server.seen().empty());
  const Diagnostic d = problem();
  EXPECT_EQ(d.code, "http.other-certificate");
  EXPECT_EQ(d.error_class, ErrorClass::auth);
  for (const std::string& part : {server.origin(), server.identity().fingerprint, wrong})
    EXPECT_NE(d.detail.find(part), std::string::npos) << d.detail;
}

TEST_F(TlsTrust, AnUnknownCertificateGetsNotOneByteAndIsNamed) {
  TestServer server(answer_all);
  EXPECT_EQ(send({{"url", server.origin()}}), CallStatus::auth);
  EXPECT_EQ(server.request_bytes(), 0u);
  const Diagnostic d = problem();
  EXPECT_EQ(d.code, "http.untrusted-certificate");
  EXPECT_NE(d.detail.find(server.identity().fingerprint), std::string::npos) << d.detail;
  EXPECT_NE(d.help.find("pin it"), std::string::npos) << d.help;
}

TEST_F(TlsTrust, AnAuthorityVouchesForItsServersAndTheirNamesOnly) {
  TestServer server(answer_all);
  const Json tls = {{"ca", server.identity().certificate_pem}};
  const std::string port = std::to_string(server.port());
  EXPECT_EQ(send({{"url", server.origin()}, {"tls", tls}}), CallStatus::ok);
  EXPECT_EQ(send({{"url", "https://localhost:" + port}, {"tls", tls}}), CallStatus::ok);
  EXPECT_EQ(send({{"url", "https://127.0.0.2:" + port}, {"tls", tls}}), CallStatus::unreachable);  // it listens on .1 only
  problems.clear();
  EXPECT_EQ(send({{"url", server.origin()}, {"tls", {{"ca", make_server_identity().certificate_pem}}}}), CallStatus::auth);
  EXPECT_EQ(problem().code, "http.untrusted-certificate");
}

TEST_F(TlsTrust, ThePinOutweighsTheAuthority) {
  TestServer server(answer_all);
  const Json tls = {{"pin", std::string(64, '0')}, {"ca", server.identity().certificate_pem}};
  EXPECT_EQ(send({{"url", server.origin()}, {"tls", tls}}), CallStatus::auth);
}

TEST_F(TlsTrust, ACertificateThatChangesUnderAKeptConnectionIsNoticed) {
  auto first = std::make_unique<TestServer>(answer_all);
  const Json request = get(*first);
  ASSERT_EQ(send(request), CallStatus::ok);
  // The same pin towards another server: a new connection, checked anew.
  TestServer second(answer_all);
  Json other = request;
  other["url"] = second.origin();
  EXPECT_EQ(send(other), CallStatus::auth);
  EXPECT_EQ(second.request_bytes(), 0u);
}

TEST_F(TlsTrust, TheServerSeesTheClientsCertificate) {
  TestServer server(answer_all, {.tls = true, .want_client = true});
  const TlsKeyPair mine = make_tls_client_key("dfx");
  vault.keep("keys/client", mine.key_pem);
  service().allow_secret_origins("lxd", {server.origin()});
  Json request = get(server);
  request["tls"]["certificate"] = mine.certificate_pem;
  request["tls"]["key"] = secret("keys/client");
  ASSERT_EQ(send(request), CallStatus::ok) << problem().detail;
  EXPECT_EQ(server.seen().at(0).client, mine.fingerprint);
  ASSERT_EQ(send(get(server)), CallStatus::ok);
  EXPECT_EQ(server.seen().at(1).client, "");  // a connection of its own
}

TEST_F(TlsTrust, AKeyIsOpenedOnlyForANewConnection) {
  TestServer server(answer_all, {.tls = true, .want_client = true});
  const TlsKeyPair mine = make_tls_client_key("dfx");
  vault.keep("keys/client", mine.key_pem);
  service().allow_secret_origins("lxd", {server.origin()});
  Json request = get(server);
  request["tls"]["certificate"] = mine.certificate_pem;
  request["tls"]["key"] = secret("keys/client");
  for (int i = 0; i < 3; ++i) ASSERT_EQ(send(request), CallStatus::ok);
  EXPECT_EQ(vault.revealed["keys/client"], 1);
}

TEST_F(TlsTrust, AServerThatTakesNoClientSaysSo) {
  TestServer server(answer_all, {.tls = true, .refuse_clients = true});
  const CallStatus without = send(get(server));
  EXPECT_TRUE(without == CallStatus::auth || without == CallStatus::unreachable);  // its alert may be lost in the reset
  EXPECT_EQ(problem().code, without == CallStatus::auth ? "http.client-refused" : "http.no-answer");
}

TEST_F(TlsTrust, ABrokenPairIsRefusedBeforeAnythingIsDialled) {
  TestServer server(answer_all, {.tls = true, .want_client = true});
  const TlsKeyPair one = make_tls_client_key("a"), two = make_tls_client_key("b");
  for (const std::string& key : {two.key_pem, std::string("no key"), std::string()}) {
    problems.clear();
    Json request = get(server);
    request["tls"]["certificate"] = one.certificate_pem;
    request["tls"]["key"] = key;
    EXPECT_EQ(send(request), CallStatus::invalid);
    EXPECT_EQ(problem().code, "http.bad-tls");
  }
  EXPECT_EQ(server.connections(), 0);
}

TEST_F(TlsTrust, AServerWithoutTlsIsUnreachable) {
  TestServer server(answer_all, {.tls = false});
  write();
  const std::string url = "https://127.0.0.1:" + std::to_string(server.port());
  EXPECT_EQ(send({{"method", "POST"}, {"url", url}, {"tls", {{"pin", std::string(64, 'a')}}}}), CallStatus::unreachable);
  EXPECT_NE(problem().help.find("TLS"), std::string::npos);
}

TEST(ReadFingerprint, TakesSixtyFourDigitsOnly) {
  EXPECT_EQ(read_fingerprint(std::string(64, 'A')), std::string(64, 'a'));
  for (const std::string& bad : {std::string(63, 'a'), std::string(65, 'a'), std::string(64, 'g'), std::string()})
    EXPECT_FALSE(read_fingerprint(bad)) << bad;
}

}  // namespace
}  // namespace dfx::host::test
