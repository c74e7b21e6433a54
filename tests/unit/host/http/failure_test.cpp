// How a request fails says whether it can have had an effect.
#include <future>

#include "tests/unit/host/http/fixture.hpp"

namespace dfx::host::test {
namespace {

class Failure : public HttpTest {};

TEST_F(Failure, NobodyListensIsUnreachableForReadsAndWrites) {
  const ClosedPort closed;
  const std::string url = "http://127.0.0.1:" + std::to_string(closed.port()) + "/1.0";
  EXPECT_EQ(send({{"url", url}}), CallStatus::unreachable);
  EXPECT_EQ(problem().code, "http.unreachable");
  EXPECT_NE(problem().detail.find("127.0.0.1:" + std::to_string(closed.port())), std::string::npos);
  EXPECT_NE(problem().detail.find("refused"), std::string::npos);
  EXPECT_NE(problem().help.find("nothing listens"), std::string::npos);
  problems.clear();
  write();
  EXPECT_EQ(send({{"method", "DELETE"}, {"url", url}}), CallStatus::unreachable);
}

TEST_F(Failure, AnUnknownNameIsUnreachable) {
  EXPECT_EQ(send({{"url", "http://no-such-host.invalid/"}}), CallStatus::unreachable);
  EXPECT_NE(problem().detail.find("no-such-host.invalid"), std::string::npos);
}

TEST_F(Failure, AConnectionThatEndsBeforeTheAnswerLeavesAWriteInDoubt) {
  for (const bool tls : {false, true}) {
    TestServer server([](const Seen&) { return ""; }, {.tls = tls});
    problems.clear();
    call.effect = Effect::read;
    EXPECT_EQ(send(get(server)), CallStatus::unreachable);
    EXPECT_EQ(problem().code, "http.no-answer");
    problems.clear();
    write();
    EXPECT_EQ(send(post(server), "x"), CallStatus::in_doubt);
    EXPECT_EQ(problem().code, "http.in-doubt");
    EXPECT_EQ(problem().error_class, ErrorClass::in_doubt);
  }
}

TEST_F(Failure, HalfAnAnswerIsNone) {
  TestServer server([](const Seen&) {
    return std::string("HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\nhalf");
  });
  EXPECT_EQ(send(get(server)), CallStatus::unreachable);
  EXPECT_EQ(reply.head, "");
  EXPECT_EQ(reply.body, "");
  problems.clear();
  write();
  EXPECT_EQ(send(post(server)), CallStatus::in_doubt);
}

TEST_F(Failure, WhatIsNoHttpIsNoAnswer) {
  TestServer server([](const Seen&) { return std::string("SSH-2.0-OpenSSH_9.2\r\nConnection: close\r\n"); }, {.tls = false});
  EXPECT_EQ(send(get(server)), CallStatus::unreachable);
  EXPECT_EQ(problem().code, "http.no-answer");
}

TEST_F(Failure, ADryRunThatIsNotAnsweredHasNoEffect) {
  TestServer server([](const Seen&) { return ""; });
  const std::vector<DryRunRule> rules = {{"POST", "", "dryRun=All"}};
  call.dry_run_rules = &rules;
  EXPECT_EQ(send(post(server, "/x?dryRun=All")), CallStatus::unreachable);
}

// On a busy machine a short time may be over before the request is on its way: then a longer one is tried.
TEST_F(Failure, TheRequestsOwnTimeIsKept) {
  TestServer* held = nullptr;
  TestServer server([&](const Seen&) { held->hold(); return answer("late"); });
  held = &server;
  Json request = get(server);
  for (int ms = 30; ms < 60'000 && (problems.empty() || problem().code == "http.unreachable"); ms *= 2) {
    problems.clear();
    request["timeout_ms"] = ms;
    EXPECT_EQ(send(request), CallStatus::unreachable);
  }
  EXPECT_EQ(problem().code, "http.no-answer");
  EXPECT_NE(problem().detail.find("no answer within"), std::string::npos) << problem().detail;
}

TEST_F(Failure, TheCallsTimeIsKept) {
  TestServer* held = nullptr;
  TestServer server([&](const Seen&) { held->hold(); return answer("late"); });
  held = &server;
  write();
  CallStatus status = CallStatus::unreachable;
  for (int ms = 30; ms < 60'000 && status == CallStatus::unreachable; ms *= 2) {
    problems.clear();
    call.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(ms);
    status = send(post(server));
  }
  EXPECT_EQ(status, CallStatus::in_doubt);
  EXPECT_EQ(problem().code, "http.in-doubt");
}

TEST_F(Failure, NothingIsSentOnceTheCallsTimeIsOver) {
  TestServer server([](const Seen&) { return answer("x"); });
  write();
  call.deadline = std::chrono::steady_clock::now();
  EXPECT_EQ(send(post(server)), CallStatus::unreachable);
  EXPECT_EQ(problem().code, "http.no-time");
  EXPECT_EQ(server.connections(), 0);
}

TEST_F(Failure, AServerThatNeverFinishesTheHandshakeIsUnreachable) {
  const Speaker silent("");
  write();
  const Json request = {{"method", "POST"}, {"url", "https://127.0.0.1:" + std::to_string(silent.port)}, {"timeout_ms", 50},
                        {"tls", {{"pin", std::string(64, 'a')}}}};
  EXPECT_EQ(send(request), CallStatus::unreachable);
  EXPECT_NE(problem().detail.find("no connection within"), std::string::npos) << problem().detail;
}

// How a plugin waits for an operation: the server answers when it is done, or when its own time is over.
TEST_F(Failure, ALongPollMayTakeTheWholeTimeOfTheCall) {
  TestServer* held = nullptr;
  TestServer server([&](const Seen&) { held->hold(); return answer("done"); });
  held = &server;
  call.deadline = std::chrono::steady_clock::now() + std::chrono::minutes(5);
  Json request = get(server, "/1.0/operations/x/wait?timeout=290");
  request["timeout_ms"] = call.time_left().count();
  auto result = std::async(std::launch::async, [&] { return send(request); });
  server.wait_until_held();
  server.release();
  EXPECT_EQ(result.get(), CallStatus::ok);
  EXPECT_EQ(reply.body, "done");
}

TEST_F(Failure, CancellingEndsALongPollAtOnce) {
  TestServer* held = nullptr;
  TestServer server([&](const Seen&) { held->hold(); return answer("late"); });
  held = &server;
  Json request = get(server, "/1.0/operations/x/wait");
  request["timeout_ms"] = 600'000;
  auto result = std::async(std::launch::async, [&] { return send(request); });
  server.wait_until_held();
  stop.request_stop();
  EXPECT_EQ(result.get(), CallStatus::cancelled);
  EXPECT_EQ(problem().code, "http.cancelled");
}

TEST_F(Failure, CancellingAWriteThatIsOnItsWayLeavesItInDoubt) {
  TestServer* held = nullptr;
  TestServer server([&](const Seen&) { held->hold(); return answer("late"); });
  held = &server;
  write();
  auto result = std::async(std::launch::async, [&] { return send(post(server)); });
  server.wait_until_held();
  stop.request_stop();
  EXPECT_EQ(result.get(), CallStatus::in_doubt);
}

TEST_F(Failure, NothingIsSentOnceACallIsCancelled) {
  TestServer server([](const Seen&) { return answer("x"); });
  stop.request_stop();
  write();
  EXPECT_EQ(send(post(server)), CallStatus::cancelled);
  EXPECT_EQ(problem().code, "http.cancelled");
  EXPECT_EQ(server.connections(), 0);
}

TEST_F(Failure, AFailedExchangeDoesNotSpoilTheNext) {
  TestServer server([](const Seen& seen) { return seen.target == "/bad" ? std::string() : answer("good"); });
  EXPECT_EQ(send(get(server, "/bad")), CallStatus::unreachable);
  ASSERT_EQ(send(get(server)), CallStatus::ok);
  EXPECT_EQ(reply.body, "good");
}

TEST_F(Failure, DiagnosticsNameTheResourceOfTheCall) {
  const ClosedPort closed;
  call.address = "lxd/lxd.instance/a";
  send({{"url", "http://127.0.0.1:" + std::to_string(closed.port())}});
  EXPECT_EQ(problem().address, "lxd/lxd.instance/a");
}

}  // namespace
}  // namespace dfx::host::test
