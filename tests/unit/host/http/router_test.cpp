// In a sandbox nothing is dialled that has no route.
#include "host/http/router.hpp"

#include "host/secrets/keys.hpp"
#include "tests/unit/host/http/fixture.hpp"

namespace dfx::host::test {
namespace {

class Table : public Router {
 public:
  std::optional<Route> route(const std::string& host, std::uint16_t port, const std::string& certificate) override {
    const std::lock_guard lock(mutex);
    asked.push_back(host + " " + std::to_string(port));
    if (!certificate.empty()) certificates.push_back(certificate);
    const auto found = routes.find(host + " " + std::to_string(port));
    return found == routes.end() ? std::nullopt : std::optional(found->second);
  }
  std::map<std::string, Route> routes;
  std::vector<std::string> asked, certificates;
  std::mutex mutex;
};

class Routed : public HttpTest {
 protected:
  Routed() : server([](const Seen&) { return answer("simulated"); }) { options.router = &table; }
  Route here() const { return {"127.0.0.1", server.port(), server.identity().fingerprint}; }
  TestServer server;
  Table table;
};

TEST_F(Routed, ADestinationWithARouteGoesThereWithTheRoutesPin) {
  table.routes["192.0.2.10 8443"] = here();
  Json request = {{"url", "https://192.0.2.10:8443/1.0"}, {"tls", {{"pin", std::string(64, 'a')}}}};
  ASSERT_EQ(send(request), CallStatus::ok) << problem().detail;
  EXPECT_EQ(reply.body, "simulated");
  EXPECT_NE(server.seen().at(0).head.find("Host: 192.0.2.10:8443"), std::string::npos);
  EXPECT_NE(trace.at(0).find("192.0.2.10:8443"), std::string::npos);
}

TEST_F(Routed, WithoutARouteNothingIsDialled) {
  for (const std::string& url : {server.origin(), std::string("https://192.0.2.11:8443/"), std::string("unix:///run/x:/1.0")}) {
    problems.clear();
    EXPECT_EQ(send({{"url", url}}), CallStatus::invalid) << url;
    EXPECT_EQ(problem().code, "http.no-route");
  }
  EXPECT_EQ(server.connections(), 0);
}

TEST_F(Routed, AUnixSocketsRouteIsPlainTcp) {
  TestServer plain([](const Seen&) { return answer("socket"); }, {.tls = false});
  table.routes["unix:/run/lxd 0"] = {"127.0.0.1", plain.port(), ""};
  ASSERT_EQ(send({{"url", "unix:///run/lxd:/1.0"}}), CallStatus::ok) << problem().detail;
  EXPECT_EQ(reply.body, "socket");
}

TEST_F(Routed, TheRouterSeesTheClientsCertificate) {
  table.routes["192.0.2.10 8443"] = here();
  const TlsKeyPair mine = make_tls_client_key("dfx");
  const Json request = {{"url", "https://192.0.2.10:8443/1.0"},
                        {"tls", {{"certificate", mine.certificate_pem}, {"key", mine.key_pem}}}};
  ASSERT_EQ(send(request), CallStatus::ok) << problem().detail;
  EXPECT_EQ(table.certificates, std::vector<std::string>{mine.certificate_pem});
}

TEST_F(Routed, ARouteToAnotherServerDoesNotUseTheOldConnection) {
  table.routes["192.0.2.10 8443"] = here();
  ASSERT_EQ(send({{"url", "https://192.0.2.10:8443/1.0"}}), CallStatus::ok);
  TestServer moved([](const Seen&) { return answer("moved"); });
  table.routes["192.0.2.10 8443"] = {"127.0.0.1", moved.port(), moved.identity().fingerprint};
  ASSERT_EQ(send({{"url", "https://192.0.2.10:8443/1.0"}}), CallStatus::ok);
  EXPECT_EQ(reply.body, "moved");
}

// --- probes ----------------------------------------------------------------------------------------------------

class Probe : public HttpTest {
 protected:
  CallStatus probe(std::uint16_t port, int limit = 255, int timeout_ms = 5000) {
    banner.clear();
    return service().probe(call, "127.0.0.1", port, std::chrono::milliseconds(timeout_ms),
                           static_cast<std::size_t>(limit), banner);
  }
  std::string banner;
};

TEST_F(Probe, ReadsTheFirstLine) {
  const Speaker ssh("SSH-2.0-OpenSSH_9.2\r\n");
  EXPECT_EQ(probe(ssh.port), CallStatus::ok);
  EXPECT_EQ(banner, "SSH-2.0-OpenSSH_9.2\r\n");
}

TEST_F(Probe, ReadsNoMoreThanTheLimit) {
  const Speaker chatty(std::string(10'000, 'x'));
  EXPECT_EQ(probe(chatty.port, 300), CallStatus::ok);
  EXPECT_EQ(banner, std::string(300, 'x'));
  EXPECT_EQ(probe(chatty.port, 0), CallStatus::ok);
  EXPECT_EQ(banner, "");
}

TEST_F(Probe, ASilentServerIsConnectedWithoutABanner) {
  const Speaker silent("");
  CallStatus status = CallStatus::unreachable;
  for (int ms = 30; ms < 60'000 && status != CallStatus::ok; ms *= 2) status = probe(silent.port, 255, ms);
  EXPECT_EQ(status, CallStatus::ok);
  EXPECT_EQ(banner, "");
}

TEST_F(Probe, NobodyListensIsUnreachable) {
  const ClosedPort closed;
  EXPECT_EQ(probe(closed.port()), CallStatus::unreachable);
  EXPECT_TRUE(problems.empty());  // it is an answer
}

TEST_F(Probe, IsARead) {
  const Speaker ssh("SSH");
  call.effect = Effect::none;
  EXPECT_EQ(probe(ssh.port), CallStatus::invalid);
  EXPECT_EQ(problem().code, "http.effect-refused");
}

TEST_F(Probe, CanBeCancelled) {
  const Speaker silent("");
  stop.request_stop();
  EXPECT_EQ(probe(silent.port), CallStatus::cancelled);
}

TEST_F(Probe, FollowsTheRouter) {
  Table table;
  options.router = &table;
  const Speaker ssh("SSH-2.0-sim\r\n");
  EXPECT_EQ(probe(ssh.port), CallStatus::unreachable);
  table.routes["192.0.2.20 22"] = {"127.0.0.1", ssh.port, ""};
  EXPECT_EQ(service().probe(call, "192.0.2.20", 22, std::chrono::seconds(5), 255, banner), CallStatus::ok);
  EXPECT_EQ(banner, "SSH-2.0-sim\r\n");
}

}  // namespace
}  // namespace dfx::host::test
