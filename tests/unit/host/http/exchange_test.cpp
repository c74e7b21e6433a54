// Requests and answers as dfx/http.h promises them.
#include "tests/unit/host/http/fixture.hpp"
#include "tests/unit/host/shell.hpp"

namespace dfx::host::test {
namespace {

TestServer::Options plain() { return {.tls = false}; }

class Exchange : public HttpTest {};

TEST_F(Exchange, GivesStatusHeadersAndBody) {
  TestServer server([](const Seen&) {
    return std::string("HTTP/1.1 200 OK\r\nETag: \"abc\"\r\nX-Twice: 1\r\nx-twice: 2\r\nContent-Length: 5\r\n\r\nhello");
  });
  ASSERT_EQ(send(get(server, "/1.0/instances?recursion=1")), CallStatus::ok);
  EXPECT_EQ(head()["status"], 200);
  EXPECT_EQ(head()["headers"]["etag"], "\"abc\"");
  EXPECT_EQ(head()["headers"]["x-twice"], "1, 2");
  EXPECT_EQ(reply.body, "hello");
  EXPECT_EQ(server.seen().at(0).target, "/1.0/instances?recursion=1");
  EXPECT_TRUE(problems.empty());
}

TEST_F(Exchange, EveryHttpStatusIsAnAnswer) {
  for (const char* status : {"201 Created", "304 Not Modified", "404 Not Found", "412 Unmet", "500 Oh", "503 Busy"}) {
    TestServer server([&](const Seen&) { return answer("{}", status); }, plain());
    EXPECT_EQ(send(get(server)), CallStatus::ok) << status;
    EXPECT_EQ(head()["status"], std::stoi(status));
  }
}

TEST_F(Exchange, SendsMethodHeadersAndBodyAsTheyAre) {
  TestServer server([](const Seen&) { return answer("{}"); }, plain());
  write();
  for (const char* method : {"POST", "PUT", "PATCH", "DELETE"}) {
    Json request = get(server);
    request["method"] = method;
    request["headers"] = {{"If-Match", "abc"}, {"content-type", "text/plain"}, {"x-empty", ""}};
    ASSERT_EQ(send(request, "some body"), CallStatus::ok);
    const Seen seen = server.seen().back();
    EXPECT_EQ(seen.method, method);
    EXPECT_EQ(seen.body, "some body");
    EXPECT_NE(seen.head.find("\r\nIf-Match: abc\r\n"), std::string::npos);
    EXPECT_NE(seen.head.find("\r\ncontent-type: text/plain\r\n"), std::string::npos);
    EXPECT_NE(seen.head.find("\r\nx-empty:\r\n"), std::string::npos);
    EXPECT_EQ(seen.head.find("Expect"), std::string::npos);
  }
}

TEST_F(Exchange, ABodyIsNeverCalledAForm) {
  TestServer server([](const Seen&) { return answer("{}"); }, plain());
  write();
  ASSERT_EQ(send(post(server), "x"), CallStatus::ok);
  EXPECT_EQ(server.seen().back().head.find("form"), std::string::npos);
  Json request = post(server);
  request["body"] = "json";
  ASSERT_EQ(send(request, "{}"), CallStatus::ok);
  EXPECT_NE(server.seen().back().head.find("content-type: application/json"), std::string::npos);
  ASSERT_EQ(send(post(server)), CallStatus::ok);
  EXPECT_NE(server.seen().back().head.find("Content-Length: 0"), std::string::npos);
}

TEST_F(Exchange, HeadHasNoBody) {
  TestServer server([](const Seen&) { return std::string("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"); }, plain());
  Json request = get(server);
  request["method"] = "HEAD";
  ASSERT_EQ(send(request), CallStatus::ok);
  EXPECT_EQ(reply.body, "");
}

TEST_F(Exchange, APathIsSentAsItWasClassified) {
  TestServer server([](const Seen&) { return answer(""); }, plain());
  ASSERT_EQ(send(get(server, "/a/../b/./c")), CallStatus::ok);
  EXPECT_EQ(server.seen().back().target, "/a/../b/./c");
}

TEST_F(Exchange, SpeaksToAUnixSocket) {
  const TempFolder folder;
  TestServer server([](const Seen&) { return answer("here"); }, {.tls = false, .unix_path = (folder / "s").string()});
  ASSERT_EQ(send({{"url", "unix://" + (folder / "s").string() + ":/1.0?x=1"}}), CallStatus::ok);
  EXPECT_EQ(reply.body, "here");
  EXPECT_EQ(server.seen().at(0).target, "/1.0?x=1");
}

TEST_F(Exchange, AMissingSocketIsUnreachableAndAForbiddenOneIsNot) {
  const TempFolder folder;
  EXPECT_EQ(send({{"url", "unix://" + (folder / "none").string() + ":/1.0"}}), CallStatus::unreachable);
  EXPECT_NE(problem().detail.find("No such file"), std::string::npos) << problem().detail;
}

TEST_F(Exchange, ConnectionsAreKeptForTheSamePlaceAndIdentityOnly) {
  TestServer server([](const Seen&) { return answer("x"); });
  for (int i = 0; i < 5; ++i) ASSERT_EQ(send(get(server)), CallStatus::ok);
  EXPECT_EQ(server.connections(), 1);
  Json request = get(server);
  request["tls"] = {{"ca", server.identity().certificate_pem}};
  ASSERT_EQ(send(request), CallStatus::ok);
  EXPECT_EQ(server.connections(), 2);
}

TEST_F(Exchange, AKeptConnectionThatDiedIsReplaced) {
  TestServer server([](const Seen&) { return answer("x"); });
  ASSERT_EQ(send(get(server)), CallStatus::ok);
  server.close_connections();
  ASSERT_EQ(send(get(server)), CallStatus::ok);
  EXPECT_EQ(server.connections(), 2);
}

// The server closes as soon as the second request arrives: libcurl alone would send even a write once more.
TEST_F(Exchange, OnlyReadsAreSentAgainWhenAKeptConnectionDies) {
  const auto closes_once = [](const Seen& seen) {
    return seen.connection == 1 && seen.target == "/again" ? std::string() : answer("x");
  };
  TestServer server(closes_once);
  ASSERT_EQ(send(get(server)), CallStatus::ok);
  ASSERT_EQ(send(get(server, "/again")), CallStatus::ok);
  EXPECT_EQ(server.connections(), 2);

  TestServer other(closes_once);
  write();
  ASSERT_EQ(send(post(other)), CallStatus::ok);
  EXPECT_EQ(send(post(other, "/again"), "body"), CallStatus::in_doubt);
  EXPECT_EQ(problem().code, "http.in-doubt");
  EXPECT_EQ(other.seen().size(), 2u);
}

TEST_F(Exchange, RefusesRedirects) {
  TestServer server([](const Seen&) {
    return std::string("HTTP/1.1 302 Found\r\nLocation: https://evil.example/x?token=abc\r\nContent-Length: 0\r\n\r\n");
  });
  EXPECT_EQ(send(get(server)), CallStatus::invalid);
  EXPECT_EQ(problem().code, "http.redirect-refused");
  EXPECT_NE(problem().detail.find("https://evil.example:443"), std::string::npos);
  EXPECT_EQ(problem().detail.find("abc"), std::string::npos);
  EXPECT_EQ(reply.head, "");
}

TEST_F(Exchange, RefusesAnAnswerThatIsTooLong) {
  options.max_body = 1000;
  TestServer server([](const Seen& seen) { return answer(std::string(seen.target == "/fits" ? 1000 : 1001, 'x')); });
  EXPECT_EQ(send(get(server, "/fits")), CallStatus::ok);
  EXPECT_EQ(send(get(server, "/long")), CallStatus::invalid);
  EXPECT_EQ(problem().code, "http.too-large");
  problems.clear();
  write();
  EXPECT_EQ(send(post(server, "/long")), CallStatus::in_doubt);  // it may have been carried out
}

TEST_F(Exchange, RefusesWhatACallMayNotDo) {
  TestServer server([](const Seen&) { return answer("x"); }, plain());
  EXPECT_EQ(send(post(server)), CallStatus::invalid);
  EXPECT_EQ(problem().code, "http.effect-refused");
  const std::vector<DryRunRule> rules = {{"POST", "/1.0", "dryRun=All"}};
  call.dry_run_rules = &rules;
  EXPECT_EQ(send(post(server, "/1.0?dryRun=All")), CallStatus::ok);
  problems.clear();
  call.effect = Effect::none;
  call.function = "expand";
  EXPECT_EQ(send(get(server)), CallStatus::invalid);
  EXPECT_EQ(problem().code, "http.effect-refused");
  EXPECT_EQ(server.seen().size(), 1u);
}

TEST_F(Exchange, RefusesRequestsThatMakeNoSense) {
  TestServer server([](const Seen&) { return answer("x"); }, plain());
  const std::string url = server.origin() + "/";
  const std::vector<Json> bad = {
      Json::array(), Json::object(), {{"url", 7}}, {{"url", "nonsense"}}, {{"url", url}, {"method", "BREW"}},
      {{"url", url}, {"method", "CONNECT"}}, {{"url", url}, {"headers", Json::array({1})}},
      {{"url", url}, {"headers", {{"a", 1}}}},
      {{"url", url}, {"headers", {{"a b", "x"}}}}, {{"url", url}, {"headers", {{"a", "x\r\nb: y"}}}},
      {{"url", url}, {"headers", {{"Host", "other"}}}}, {{"url", url}, {"headers", {{"X-HTTP-Method-Override", "DELETE"}}}},
      {{"url", url}, {"headers", {{"Transfer-Encoding", "chunked"}}}}, {{"url", url}, {"timeout_ms", 0}},
      {{"url", url}, {"timeout_ms", "soon"}}, {{"url", url}, {"body", "xml"}}, {{"url", url}, {"tls", {{"pin", "00"}}}},
      {{"url", url}, {"verify", false}}, {{"url", "https://h/"}, {"tls", {{"insecure", true}}}},
      {{"url", "https://127.0.0.1:1/"}, {"tls", {{"pin", "zz"}}}}, {{"url", "https://127.0.0.1:1/"}, {"tls", {{"ca", "no pem"}}}},
      {{"url", "https://127.0.0.1:1/"}, {"tls", {{"key", "x"}}}}, {{"url", {{"$dfx", {{"unknown", "later"}}}}}}};
  for (const Json& request : bad) {
    problems.clear();
    EXPECT_EQ(send(request), CallStatus::invalid) << request;
    EXPECT_EQ(problems.size(), 1u) << request;
    EXPECT_FALSE(problem().detail.empty()) << request;
  }
  EXPECT_EQ(service().request(call, "{\"url\": ", "", reply), CallStatus::invalid);
  EXPECT_TRUE(server.seen().empty());
}

TEST_F(Exchange, ManyThreadsAtOnceGetTheirOwnAnswers) {
  TestServer server([](const Seen& seen) { return answer(seen.target); });
  service();
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) {
        const std::string path = "/" + std::to_string(t) + "/" + std::to_string(i);
        HttpAnswer mine;
        const CallStatus status = service().request(call, canonical(get(server, path)), "", mine);
        if (status != CallStatus::ok || mine.body != path) ++wrong;
      }
    });
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_LE(server.connections(), 8);
  EXPECT_EQ(trace.size(), 160u);
}

TEST_F(Exchange, TracesWhereARequestWentAndNothingThatWasInIt) {
  TestServer server([](const Seen&) { return answer("top-secret-body", "201 Created"); });
  vault.keep("stack/t", "hunter2hunter2");
  service().allow_secret_origins("lxd", {server.origin()});
  write();
  call.operation_id = "op1";
  Json request = post(server, "/1.0/images?public=1&secret=s3cr3t");
  request["headers"] = {{"authorization", {{"$dfx", {{"concat", {"Bearer ", secret("stack/t")}}}}}}};
  ASSERT_EQ(send(request, "sent-body"), CallStatus::ok);
  ASSERT_EQ(trace.size(), 1u);
  const Json line = Json::parse(trace[0]);
  EXPECT_EQ(line["method"], "POST");
  EXPECT_EQ(line["url"], server.origin() + "/1.0/images?public=1&secret=(secret)");
  EXPECT_EQ(line["status"], 201);
  EXPECT_EQ(line["outcome"], "ok");
  EXPECT_EQ(line["bytes"], 15);
  EXPECT_EQ(line["plugin"], "lxd");
  EXPECT_EQ(line["function"], "apply");
  EXPECT_EQ(line["operation"], "op1");
  for (const char* leak : {"hunter2", "s3cr3t", "sent-body", "top-secret", "authorization"})
    EXPECT_EQ(trace[0].find(leak), std::string::npos) << leak;
}

}  // namespace
}  // namespace dfx::host::test
