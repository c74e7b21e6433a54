// Secrets leave only towards declared places, and only as what was asked.
#include "tests/unit/host/http/fixture.hpp"

namespace dfx::host::test {
namespace {

class Secrets : public HttpTest {
 protected:
  Secrets() : server([](const Seen&) { return answer("x"); }) { vault.keep("stack/token", "tok-123456789"); }
  Json with_token() {
    Json out = get(server);
    out["headers"] = {{"authorization", {{"$dfx", {{"concat", {"Bearer ", secret("stack/token")}}}}}}};
    return out;
  }
  TestServer server;
};

TEST_F(Secrets, AreOpenedInHeadersAndJsonBodies) {
  service().allow_secret_origins("lxd", {server.origin()});
  write();
  Json request = with_token();
  request["method"] = "PUT";
  request["body"] = "json";
  const Json body = {{"plain", 1},
                     {"password", secret("stack/token")},
                     {"encoded", {{"$dfx", {{"base64", secret("stack/token")}}}}}};
  ASSERT_EQ(send(request, canonical(body)), CallStatus::ok);
  const Seen seen = server.seen().at(0);
  EXPECT_NE(seen.head.find("authorization: Bearer tok-123456789\r\n"), std::string::npos);
  const Json sent = Json::parse(seen.body);
  EXPECT_EQ(sent["password"], "tok-123456789");
  EXPECT_EQ(sent["encoded"], "dG9rLTEyMzQ1Njc4OQ==");
  EXPECT_EQ(sent["plain"], 1);
}

TEST_F(Secrets, ARawBodyIsSentAsItIs) {
  write();
  Json request = post(server);
  const std::string body = canonical({{"password", secret("stack/token")}});
  ASSERT_EQ(send(request, body), CallStatus::ok);
  EXPECT_EQ(server.seen().at(0).body, body);
  EXPECT_TRUE(vault.revealed.empty());
}

TEST_F(Secrets, GoNowhereWithoutADeclaredOrigin) {
  EXPECT_EQ(send(with_token()), CallStatus::invalid);
  EXPECT_EQ(problem().code, "http.secret-refused");
  EXPECT_NE(problem().detail.find(server.origin()), std::string::npos);
  EXPECT_TRUE(vault.revealed.empty());
  EXPECT_EQ(server.connections(), 0);
}

TEST_F(Secrets, EachPluginHasItsOwnOriginsAndANewListReplacesTheOld) {
  service().allow_secret_origins("other", {server.origin()});
  EXPECT_EQ(send(with_token()), CallStatus::invalid);
  service().allow_secret_origins("lxd", {"nonsense", server.origin() + "/some/path"});
  EXPECT_EQ(send(with_token()), CallStatus::ok);
  service().allow_secret_origins("lxd", {});
  EXPECT_EQ(send(with_token()), CallStatus::invalid);
}

TEST_F(Secrets, AnotherPortIsAnotherOrigin) {
  service().allow_secret_origins("lxd", {"https://127.0.0.1:1", "http://127.0.0.1:" + std::to_string(server.port())});
  EXPECT_EQ(send(with_token()), CallStatus::invalid);
}

TEST_F(Secrets, BodiesAndKeysAreHeldToTheSameRule) {
  write();
  Json request = post(server);
  request["body"] = "json";
  EXPECT_EQ(send(request, canonical({{"p", secret("stack/token")}})), CallStatus::invalid);
  Json keyed = get(server);
  keyed["tls"]["certificate"] = "x";
  keyed["tls"]["key"] = secret("stack/token");
  problems.clear();
  EXPECT_EQ(send(keyed), CallStatus::invalid);
  EXPECT_EQ(problem().code, "http.secret-refused");
  problems.clear();
  EXPECT_EQ(send({{"url", {{"$dfx", {{"concat", {server.origin(), "/", secret("stack/token")}}}}}}}), CallStatus::invalid);
  EXPECT_EQ(problem().code, "http.secret-refused");
  EXPECT_EQ(server.connections(), 0);
}

TEST_F(Secrets, GoUnencryptedToThisMachineOnly) {
  TestServer plain([](const Seen&) { return answer("x"); }, {.tls = false});
  service().allow_secret_origins("lxd", {plain.origin(), "http://192.0.2.1:80", "http://127.evil.example:80"});
  Json request = with_token();
  request.erase("tls");
  request["url"] = plain.origin();
  EXPECT_EQ(send(request), CallStatus::ok);
  for (const char* url : {"http://192.0.2.1/", "http://127.evil.example/"}) {
    problems.clear();
    request["url"] = url;
    EXPECT_EQ(send(request), CallStatus::invalid);
    EXPECT_EQ(problem().code, "http.secret-refused");
    EXPECT_NE(problem().detail.find("not encrypted"), std::string::npos);
  }
}

TEST_F(Secrets, AnUnknownHandleIsAnErrorThatNamesIt) {
  service().allow_secret_origins("lxd", {server.origin()});
  Json request = get(server);
  request["headers"] = {{"a", secret("stack/none")}};
  EXPECT_EQ(send(request), CallStatus::invalid);
  EXPECT_NE(problem().detail.find("stack/none"), std::string::npos);
}

TEST_F(Secrets, ASecretCannotSmuggleALineIntoTheHead) {
  vault.keep("stack/evil", "value\r\nx-injected: 1");
  service().allow_secret_origins("lxd", {server.origin()});
  Json request = get(server);
  request["headers"] = {{"a", secret("stack/evil")}};
  EXPECT_EQ(send(request), CallStatus::invalid);
  EXPECT_EQ(problem().detail.find("injected"), std::string::npos);
  EXPECT_EQ(server.connections(), 0);
}

TEST_F(Secrets, StandInNoTraceAndNoDiagnostic) {
  const ClosedPort closed;
  const std::string origin = "http://127.0.0.1:" + std::to_string(closed.port());
  service().allow_secret_origins("lxd", {origin});
  const Json url = {{"$dfx", {{"concat", {origin, "/hooks/", secret("stack/token"), "?a=", secret("stack/token")}}}}};
  EXPECT_EQ(send({{"url", url}}), CallStatus::unreachable);
  write();
  TestServer dropping([](const Seen&) { return ""; }, {.tls = false});
  service().allow_secret_origins("lxd", {dropping.origin()});
  const Json other = {{"$dfx", {{"concat", {dropping.origin(), "/hooks/", secret("stack/token")}}}}};
  EXPECT_EQ(send({{"method", "POST"}, {"url", other}}), CallStatus::in_doubt);
  EXPECT_NE(dropping.seen().at(0).target.find("tok-123456789"), std::string::npos);
  for (const std::string& line : trace) EXPECT_EQ(line.find("tok-123456789"), std::string::npos) << line;
  for (const Diagnostic& d : problems) EXPECT_EQ((d.detail + d.help).find("tok-123456789"), std::string::npos) << d.detail;
}

}  // namespace
}  // namespace dfx::host::test
