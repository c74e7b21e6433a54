#include "sandbox/world.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <thread>

#include "core/model/diagnostics.hpp"
#include "sandbox/clock.hpp"
#include "tests/unit/sandbox/world_fixture.hpp"

namespace dfx::sandbox::testing {
namespace {

// What a TCP client sees first: the bytes up to the end of the line, or "refused", or "cut".
std::string first_line(const Endpoint& endpoint) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(endpoint.port);
  ::inet_pton(AF_INET, endpoint.host.c_str(), &address.sin_addr);
  std::string line = "refused";
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
    line.clear();
    for (char c = 0; ::read(fd, &c, 1) == 1 && c != '\n';) line += c;
    if (line.empty()) line = "cut";
  }
  ::close(fd);
  return line;
}

TEST_F(Worlds, TakeAnyCertificateAndTrustTheirOwn) {
  HttpsClient known = client();
  EXPECT_EQ(known.call("GET", "/1.0").metadata()["auth"], "trusted");
  HttpsClient stranger(*world.route("192.168.0.10", 8443), make_identity("other"));
  EXPECT_EQ(stranger.call("GET", "/1.0").metadata()["auth"], "untrusted");
  HttpsClient nobody(*world.route("192.168.0.10", 8443));
  EXPECT_EQ(nobody.call("GET", "/1.0/instances").status, 403);
}

TEST_F(Worlds, KeepConnectionsOpen) {
  HttpsClient c = client();
  EXPECT_EQ(c.call("GET", "/1.0").connects, 1);
  EXPECT_EQ(c.call("GET", "/1.0/instances").connects, 0);
  EXPECT_EQ(c.call("GET", "/1.0/nope").connects, 0);
}

TEST_F(Worlds, ShowTheCertificateThatTheyWereAskedFor) {
  const std::string shown = client().call("GET", "/1.0").metadata()["environment"]["certificate_fingerprint"];
  EXPECT_EQ(shown, world.fingerprint(k_kkh));
  EXPECT_EQ(shown.size(), 64u);
}

TEST_F(Worlds, RouteToWhatIsThereAndNowhereElse) {
  EXPECT_FALSE(world.route("192.168.0.99", 8443));
  EXPECT_FALSE(world.route("192.168.0.10", 8444));
  EXPECT_FALSE(world.route("192.168.0.161", 22));
  EXPECT_EQ(world.route("192.168.0.10", 8443)->host, "127.0.0.1");
  EXPECT_EQ(world.route("192.168.0.10", 8443), world.route("192.168.0.10", 8443));
}

TEST_F(Worlds, KnowTheirKindsAndOrigins) {
  EXPECT_THROW(world.serve("toaster", k_kkh), Error);
  EXPECT_THROW(world.serve("lxd", "http://192.168.0.10"), Error);
  EXPECT_THROW(world.fingerprint(k_kkh2), Error);
  EXPECT_THROW(world.trust_token(k_kkh2, "x"), Error);
  EXPECT_THROW(world.trust(k_kkh, "no certificate"), Error);
}

TEST_F(Worlds, GiveTokensThatTheServerTakes) {
  const Json body = {{"type", "client"}, {"password", world.trust_token(k_kkh, "laptop")}};
  HttpsClient stranger(*world.route("192.168.0.10", 8443), make_identity("other"));
  EXPECT_EQ(stranger.call("POST", "/1.0/certificates", body.dump()).status, 201);
  EXPECT_EQ(stranger.call("GET", "/1.0").metadata()["auth"], "trusted");
}

TEST_F(Worlds, ServeSocketsWithoutAskingWho) {
  world.serve("lxd", "unix:///var/lib/lxd/unix.socket");
  HttpsClient local(*world.route("unix:/var/lib/lxd/unix.socket", 0));
  local.plain = true;
  EXPECT_EQ(local.call("GET", "/1.0").metadata()["auth"], "trusted");
}

TEST_F(Worlds, AnswerOnPort22OnceAMachineIsUp) {
  HttpsClient c = client();
  world.set_faults({{"latency", {{"cloud_init", 0.3}}}});
  create_running(c, "cp-a", "192.168.0.161");
  EXPECT_EQ(first_line(*world.route("192.168.0.161", 22)), "refused");
  const Json wait = {{"command", {"cloud-init", "status", "--wait"}}, {"record-output", true}};
  EXPECT_EQ(end_of(c, c.call("POST", "/1.0/instances/cp-a/exec", wait.dump()))["metadata"]["return"], 0);
  const Endpoint ssh = *world.route("192.168.0.161", 22);
  EXPECT_EQ(first_line(ssh).substr(0, 8), "SSH-2.0-");
  const Json stop = {{"action", "stop"}, {"force", true}};
  EXPECT_EQ(end_of(c, c.call("PUT", "/1.0/instances/cp-a/state", stop.dump()))["err"], "");
  EXPECT_EQ(first_line(ssh), "cut");
}

TEST_F(Worlds, AnswerLongPollsWhenTheOperationEndsNotLater) {
  HttpsClient c = client();
  world.set_faults({{"rules", {{{"path", "/1.0/instances"}, {"operation", {{"seconds", 0.3}}}}}}});
  const HttpAnswer started = c.call("POST", "/1.0/instances", R"({"name": "c1", "source": {"type": "none"}})");
  const std::string url = started.json()["operation"];
  EXPECT_EQ(c.call("GET", url + "/wait?timeout=0").metadata()["status"], "Running");
  EXPECT_EQ(c.call("GET", url + "/wait?timeout=20").metadata()["status"], "Success");
}

TEST_F(Worlds, LetSeveralClientsInAtOnce) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([this, i] {
      HttpsClient c = client();
      for (int j = 0; j < 3; ++j) {
        const Json body = {{"name", "c" + std::to_string(i) + std::to_string(j)}, {"source", {{"type", "none"}}}};
        EXPECT_EQ(end_of(c, c.call("POST", "/1.0/instances", body.dump()))["err"], "");
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(client().call("GET", "/1.0/instances").metadata().size(), 12u);
}

TEST_F(Worlds, OutliveTheirProcesses) {
  HttpsClient c = client();
  const HttpAnswer started = c.call("POST", "/1.0/instances", R"({"name": "c1", "source": {"type": "none"}})");
  EXPECT_EQ(started.status, 202);
  World again(folder.path());
  again.serve("lxd", k_kkh);
  EXPECT_EQ(again.fingerprint(k_kkh), world.fingerprint(k_kkh));
  HttpsClient other(*again.route("192.168.0.10", 8443), identity);
  EXPECT_EQ(end_of(other, started)["status"], "Success");
  EXPECT_EQ(other.call("GET", "/1.0/instances").metadata().size(), 1u);
}

constexpr const char* k_world_to_kill = "DFX_TEST_WORLD_TO_KILL";

// Runs in a process of its own, started by the next test: says "+" once a request is answered, then waits for its end.
TEST(Killed, DISABLED_AnswersOnceAndIsKilled) {
  const char* folder = std::getenv(k_world_to_kill);
  ASSERT_NE(folder, nullptr);
  World world(folder);
  world.serve("lxd", k_kkh);
  const Identity identity = make_identity("client");
  world.trust(k_kkh, identity.certificate_pem);
  HttpsClient c(*world.route("192.168.0.10", 8443), identity);
  const HttpAnswer answer = c.call("POST", "/1.0/instances", R"({"name": "c1", "source": {"type": "none"}})");
  const char said = answer.status == 202 ? '+' : '-';
  if (::write(STDIN_FILENO, &said, 1) == 1) ::pause();
}

TEST(Killed, WorldsLoseNothingThatWasAnswered) {
  const TempFolder folder;
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(ends[1], STDIN_FILENO);
    ::setenv(k_world_to_kill, folder.path().c_str(), 1);
    ::execl("/proc/self/exe", "sandbox_test", "--gtest_also_run_disabled_tests", "--gtest_brief=1",
            "--gtest_filter=Killed.DISABLED_*", nullptr);
    ::_exit(1);
  }
  ::close(ends[1]);
  char said = 0;
  EXPECT_EQ(::read(ends[0], &said, 1), 1);
  EXPECT_EQ(said, '+');
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ::close(ends[0]);
  World after(folder.path());
  EXPECT_EQ(after.status()["origins"][k_kkh]["instances"]["c1"]["status"], "Stopped");
}

TEST_F(Worlds, AreDescribedByTheirStatus) {
  HttpsClient c = client();
  create_running(c, "cp-a", "192.168.0.161");
  world.serve("lxd", k_kkh2);
  const Json status = World(folder.path()).status();
  const Json kkh = status["origins"][k_kkh];
  EXPECT_EQ(kkh["instances"]["cp-a"]["status"], "Running");
  EXPECT_EQ(kkh["instances"]["cp-a"]["image"], "Debian bookworm amd64 (cloud)");
  EXPECT_EQ(kkh["counts"]["instances"], 1);
  EXPECT_EQ(kkh["trusted"], Json::array({"client"}));
  EXPECT_EQ(status["origins"][k_kkh2]["counts"]["instances"], 0);
}

TEST_F(Worlds, ForgetAllButTheirServersWhenReset) {
  HttpsClient c = client();
  create_running(c, "cp-a", "192.168.0.161");
  world.set_faults({{"rules", {{{"disk", "full"}}}}});
  const std::string before = world.fingerprint(k_kkh);
  world.reset();
  EXPECT_EQ(world.fingerprint(k_kkh), before);
  EXPECT_EQ(world.faults(), Json::object());
  EXPECT_EQ(world.status()["origins"][k_kkh]["counts"]["instances"], 0);
  EXPECT_EQ(c.call("GET", "/1.0").metadata()["auth"], "untrusted");
}

TEST_F(Worlds, CanHaveAHostThatIsDown) {
  HttpsClient c = client();
  EXPECT_EQ(c.call("GET", "/1.0").status, 200);
  world.set_faults({{"rules", {{{"host", "down"}, {"origin", k_kkh}}}}});
  EXPECT_NE(c.call("GET", "/1.0").code, CURLE_OK);
  EXPECT_EQ(client().call("GET", "/1.0").code, CURLE_COULDNT_CONNECT);
  world.set_faults(Json::object());
  EXPECT_EQ(client().call("GET", "/1.0").status, 200);
}

TEST_F(Worlds, CutConnectionsWhereARuleSaysSo) {
  const std::string body = R"({"name": "c1", "source": {"type": "none"}})";
  world.set_faults({{"rules", {{{"method", "POST"}, {"times", 1}, {"drop", "before"}}}}});
  // Each on a connection of its own: libcurl by itself repeats what it sent on one that was open before.
  EXPECT_NE(client().call("POST", "/1.0/instances", body).code, CURLE_OK);
  EXPECT_EQ(client().call("GET", "/1.0/instances").metadata().size(), 0u);
  world.set_faults({{"rules", {{{"method", "POST"}, {"times", 1}, {"drop", "after"}}}}});
  EXPECT_NE(client().call("POST", "/1.0/instances", body).code, CURLE_OK);
  EXPECT_EQ(client().call("GET", "/1.0/instances").metadata().size(), 1u);
  world.set_faults({{"rules", {{{"times", 1}, {"drop", "accept"}}}}});
  EXPECT_NE(client().call("GET", "/1.0").code, CURLE_OK);
  EXPECT_EQ(client().call("GET", "/1.0").status, 200);
}

TEST_F(Worlds, AnswerLateWhereARuleSaysSo) {
  world.set_faults({{"rules", {{{"path", "/1.0/instances"}, {"delay", 0.2}}}}});
  const Micros before = now_micros();
  EXPECT_EQ(client().call("GET", "/1.0/instances").status, 200);
  EXPECT_GE(now_micros() - before, k_second / 5);
}

TEST_F(Worlds, TakeLongBodiesButNotEndlessOnes) {
  HttpsClient c = client();
  const Json big = {{"name", "p"}, {"config", {{"user.x", std::string(2u << 20, 'x')}}}};
  EXPECT_EQ(c.call("POST", "/1.0/profiles", big.dump()).status, 201);
  EXPECT_EQ(c.call("POST", "/1.0/profiles", std::string(65u << 20, ' ')).status, 413);
}

}  // namespace
}  // namespace dfx::sandbox::testing
