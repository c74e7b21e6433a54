// The tables of dfx/host.h and dfx/http.h, called as a plugin in C would.
#include "host/services.hpp"

#include <dfx/host.h>
#include <dfx/http.h>

#include <thread>

#include "tests/unit/host/http/fixture.hpp"
#include "tests/unit/host/plugin_call.hpp"

namespace dfx::host::test {
namespace {

class Services : public HttpTest {
 protected:
  Services() : services(service(), [this](std::string_view line) { revealed.emplace_back(line); }), raw(call, request) {
    call.address = "lxd/lxd.instance/a";
  }
  template <typename Table>
  const Table& table(const char* id) {
    return *static_cast<const Table*>(services.host()->get_extension(services.host(), id));
  }
  void in_apply() {
    write();
    call.operation_id = "0123";
    call.checkpoint = [this](std::string_view json) { checkpoints.emplace_back(json); };
  }
  std::int32_t keep(const std::string& value, std::string& handle) {
    Sink out;
    const std::int32_t status = table<dfx_secret>(DFX_SECRET_ID).keep(services.host(), &raw.raw, bytes_of(value), out.raw());
    handle = out.text();
    return status;
  }
  std::int32_t reveal(const std::string& handle, std::string& value) {
    Sink out;
    const std::int32_t status = table<dfx_secret>(DFX_SECRET_ID).reveal(services.host(), &raw.raw, bytes_of(handle), out.raw());
    value = out.text();
    return status;
  }

  std::vector<std::string> revealed, checkpoints;
  std::string request = R"({"kind":"lxd.instance","connection":{"key":{"$dfx":{"secret":"lxd/core.keypair/client#1.1"}}}})";
  HostServices services;
  RawCall raw;
};

TEST_F(Services, HasEveryExtensionAndNoOther) {
  for (const char* id : {DFX_HTTP_ID, DFX_NET_ID, DFX_CLOCK_ID, DFX_PROGRESS_ID, DFX_JOURNAL_ID, DFX_SECRET_ID})
    EXPECT_NE(services.host()->get_extension(services.host(), id), nullptr) << id;
  for (const char* id : {"", "dfx.http/2", "dfx.ssh/1", "dfx.http"})
    EXPECT_EQ(services.host()->get_extension(services.host(), id), nullptr) << id;
  EXPECT_EQ(services.host()->get_extension(services.host(), nullptr), nullptr);
}

// --- clock, progress, journal ----------------------------------------------------------------------------------

TEST_F(Services, TheClockKnowsTheCallsTime) {
  const auto& clock = table<dfx_clock>(DFX_CLOCK_ID);
  EXPECT_GT(clock.time_left_ms(services.host(), &raw.raw), 1000u);
  EXPECT_EQ(clock.cancelled(services.host(), &raw.raw), 0);
  EXPECT_GT(clock.now_ms(services.host(), &raw.raw), 1'700'000'000'000);
  call.deadline = std::chrono::steady_clock::now();
  EXPECT_EQ(clock.time_left_ms(services.host(), &raw.raw), 0u);
  EXPECT_EQ(clock.cancelled(services.host(), &raw.raw), 1);
  call.deadline = std::chrono::steady_clock::time_point::max();
  stop.request_stop();
  EXPECT_EQ(clock.cancelled(services.host(), &raw.raw), 1);
}

TEST_F(Services, ProgressIsOneShortLineWithoutSecrets) {
  std::vector<std::string> lines;
  call.progress = [&](std::string_view line) { lines.emplace_back(line); };
  vault.keep("x", "hunter2hunter2");
  const auto say = [&](const std::string& text) {
    table<dfx_progress>(DFX_PROGRESS_ID).say(services.host(), &raw.raw, bytes_of(text));
  };
  say("waiting for cp-a");
  say("first\nsecond");
  say("");
  say("token hunter2hunter2");
  std::string umlauts;
  for (int i = 0; i < 150; ++i) umlauts += "\xc3\xbc";
  say("x" + umlauts);
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_EQ(lines[0], "waiting for cp-a");
  EXPECT_EQ(lines[1], "first");
  EXPECT_EQ(lines[2], "token (secret)");
  EXPECT_EQ(lines[3], "x" + umlauts.substr(0, 198) + "...");
}

TEST_F(Services, CheckpointsAreForApplyAndForJson) {
  const auto checkpoint = [&](const std::string& text) {
    return table<dfx_journal>(DFX_JOURNAL_ID).checkpoint(services.host(), &raw.raw, bytes_of(text));
  };
  EXPECT_EQ(checkpoint("{}"), DFX_INTERNAL);
  EXPECT_EQ(problem().code, "host.no-journal");
  in_apply();
  EXPECT_EQ(checkpoint(R"({"operation": "/1.0/operations/x"})"), DFX_OK);
  EXPECT_EQ(checkpoints, std::vector<std::string>{R"({"operation":"/1.0/operations/x"})"});
  EXPECT_EQ(checkpoint("{"), DFX_INTERNAL);
  call.checkpoint = [](std::string_view) { throw Error("state.full", "the disk is full"); };
  EXPECT_EQ(checkpoint("{}"), DFX_INTERNAL);
}

// --- secrets ---------------------------------------------------------------------------------------------------

TEST_F(Services, AKeptSecretHasAHandleOfItsOwn) {
  in_apply();
  std::string first, second, value;
  ASSERT_EQ(keep("one-secret", first), DFX_OK);
  ASSERT_EQ(keep("two-secret", second), DFX_OK);
  EXPECT_EQ(first, "lxd/lxd.instance/a#0123.1");
  EXPECT_EQ(second, "lxd/lxd.instance/a#0123.2");
  ASSERT_EQ(reveal(second, value), DFX_OK);
  EXPECT_EQ(value, "two-secret");
}

TEST_F(Services, AHandleNeverChangesItsValue) {
  in_apply();
  std::string first, again, other;
  keep("one-secret", first);
  call.kept = 0;  // the same operation, begun anew
  keep("one-secret", again);
  EXPECT_EQ(again, first);
  call.kept = 0;
  keep("other-secret", other);
  EXPECT_NE(other, first);
  EXPECT_EQ(vault.values[first], "one-secret");
  EXPECT_EQ(vault.values[other], "other-secret");
}

TEST_F(Services, AReadThatSaysTheSameSecretKeepsItsHandle) {
  std::string first, again;
  keep("seen-secret", first);
  call.kept = 0;
  keep("seen-secret", again);
  EXPECT_EQ(first, "lxd/lxd.instance/a#read.1");
  EXPECT_EQ(again, first);
}

TEST_F(Services, ACallOpensWhatItWasHandedAndNothingElse) {
  vault.keep("lxd/core.keypair/client#1.1", "its own key");
  vault.keep("cloudflare/core.secret/token#1.1", "another component's");
  std::string value;
  EXPECT_EQ(reveal("lxd/core.keypair/client#1.1", value), DFX_OK);
  EXPECT_EQ(value, "its own key");
  EXPECT_EQ(reveal("cloudflare/core.secret/token#1.1", value), DFX_ABSENT);
  EXPECT_EQ(reveal("lxd/core.keypair/client#1", value), DFX_ABSENT);
  EXPECT_EQ(reveal("", value), DFX_ABSENT);
  EXPECT_EQ(value, "");
  ASSERT_EQ(revealed.size(), 1u);
  const Json line = Json::parse(revealed[0]);
  EXPECT_EQ(line["handle"], "lxd/core.keypair/client#1.1");
  EXPECT_EQ(line["plugin"], "lxd");
  EXPECT_EQ(line["function"], "read");
}

TEST_F(Services, AGuessedHandleDoesNotLeaveByHttpEither) {
  TestServer server([](const Seen&) { return answer("x"); });
  vault.keep("lxd/core.keypair/client#1.1", "its own key");
  vault.keep("cloudflare/core.secret/token#1.1", "another component's");
  service().allow_secret_origins("lxd", {server.origin()});
  const auto send_with = [&](const std::string& handle) {
    Json head = get(server);
    head["headers"] = {{"authorization", secret(handle)}};
    Sink head_out, body_out;
    const std::string text = canonical(head);
    return table<dfx_http>(DFX_HTTP_ID)
        .request(services.host(), &raw.raw, bytes_of(text), {nullptr, 0}, head_out.raw(), body_out.raw());
  };
  EXPECT_EQ(send_with("lxd/core.keypair/client#1.1"), DFX_OK);
  EXPECT_EQ(send_with("cloudflare/core.secret/token#1.1"), DFX_INVALID);
  EXPECT_EQ(server.seen().size(), 1u);
}

TEST_F(Services, SecretsStayClosedWhereNothingMayGoInOrOut) {
  call.effect = Effect::none;
  call.function = "expand";
  std::string out;
  EXPECT_EQ(keep("some-secret", out), DFX_INTERNAL);
  EXPECT_EQ(reveal("lxd/core.keypair/client#1.1", out), DFX_INTERNAL);
  call.effect = Effect::read;
  call.secrets = nullptr;
  EXPECT_EQ(keep("some-secret", out), DFX_INTERNAL);
  EXPECT_TRUE(vault.values.empty());
}

// --- http, net -------------------------------------------------------------------------------------------------

TEST_F(Services, ARequestGoesThroughTheTable) {
  TestServer server([](const Seen&) { return answer("body", "404 Not Found"); });
  Sink head, body;
  const std::string text = canonical(get(server));
  const auto& http = table<dfx_http>(DFX_HTTP_ID);
  ASSERT_EQ(http.request(services.host(), &raw.raw, bytes_of(text), {nullptr, 0}, head.raw(), body.raw()), DFX_OK);
  ASSERT_EQ(head.writes.size(), 1u);
  EXPECT_EQ(Json::parse(head.writes[0])["status"], 404);
  EXPECT_EQ(body.text(), "body");
}

TEST_F(Services, AFullSinkIsNotTakenForSuccess) {
  TestServer server([](const Seen&) { return answer("body"); });
  Sink head, body;
  body.refuse = true;
  const std::string text = canonical(get(server));
  EXPECT_EQ(table<dfx_http>(DFX_HTTP_ID).request(services.host(), &raw.raw, bytes_of(text), {nullptr, 0}, head.raw(), body.raw()),
            DFX_INTERNAL);
}

TEST_F(Services, AProbeGoesThroughTheTable) {
  const Speaker ssh("SSH-2.0-x\r\n");
  Sink banner;
  const std::string address = "127.0.0.1";
  const auto& net = table<dfx_net>(DFX_NET_ID);
  EXPECT_EQ(net.probe(services.host(), &raw.raw, bytes_of(address), ssh.port, 5000, 255, banner.raw()), DFX_OK);
  EXPECT_EQ(banner.text(), "SSH-2.0-x\r\n");
}

// --- odd callers -----------------------------------------------------------------------------------------------

TEST_F(Services, NullsAreRefusedAndNeverFollowed) {
  const dfx_host* host = services.host();
  dfx_call none = raw.raw;
  none.context = nullptr;
  Sink sink;
  const dfx_sink dead{nullptr, nullptr};
  const dfx_bytes bad{nullptr, 7}, empty{nullptr, 0};
  const auto& http = table<dfx_http>(DFX_HTTP_ID);
  const auto& net = table<dfx_net>(DFX_NET_ID);
  const auto& clock = table<dfx_clock>(DFX_CLOCK_ID);
  const auto& secrets = table<dfx_secret>(DFX_SECRET_ID);
  const auto& journal = table<dfx_journal>(DFX_JOURNAL_ID);
  for (const dfx_call* c : {static_cast<const dfx_call*>(nullptr), static_cast<const dfx_call*>(&none)}) {
    EXPECT_EQ(http.request(host, c, empty, empty, sink.raw(), sink.raw()), DFX_INTERNAL);
    EXPECT_EQ(net.probe(host, c, empty, 1, 1, 1, sink.raw()), DFX_INTERNAL);
    EXPECT_EQ(clock.time_left_ms(host, c), 0u);
    EXPECT_EQ(clock.cancelled(host, c), 1);
    EXPECT_EQ(secrets.reveal(host, c, empty, sink.raw()), DFX_INTERNAL);
    EXPECT_EQ(secrets.keep(host, c, empty, sink.raw()), DFX_INTERNAL);
    EXPECT_EQ(journal.checkpoint(host, c, empty), DFX_INTERNAL);
    table<dfx_progress>(DFX_PROGRESS_ID).say(host, c, bad);
  }
  const dfx_call* good = &raw.raw;
  EXPECT_EQ(http.request(nullptr, good, empty, empty, sink.raw(), sink.raw()), DFX_INTERNAL);
  EXPECT_EQ(http.request(host, good, bad, empty, sink.raw(), sink.raw()), DFX_INTERNAL);
  EXPECT_EQ(http.request(host, good, empty, bad, sink.raw(), sink.raw()), DFX_INTERNAL);
  EXPECT_EQ(http.request(host, good, empty, empty, nullptr, sink.raw()), DFX_INTERNAL);
  EXPECT_EQ(http.request(host, good, empty, empty, sink.raw(), &dead), DFX_INTERNAL);
  EXPECT_EQ(http.request(host, good, empty, empty, sink.raw(), sink.raw()), DFX_INVALID);
  EXPECT_EQ(net.probe(host, good, bad, 1, 1, 1, sink.raw()), DFX_INTERNAL);
  EXPECT_EQ(net.probe(host, good, empty, 0, 1, 1, sink.raw()), DFX_INVALID);
  EXPECT_EQ(secrets.reveal(host, good, bad, sink.raw()), DFX_INTERNAL);
  EXPECT_EQ(secrets.keep(host, good, bad, sink.raw()), DFX_INTERNAL);
  EXPECT_EQ(secrets.keep(host, good, empty, nullptr), DFX_INTERNAL);
  EXPECT_EQ(journal.checkpoint(host, good, bad), DFX_INTERNAL);
  EXPECT_TRUE(sink.writes.empty());
}

TEST_F(Services, AVaultThatThrowsDoesNotReachThePlugin) {
  class Broken : public SecretVault {
   public:
    std::optional<std::string> reveal(const std::string&) override { throw std::runtime_error("broken"); }
    void keep(const std::string&, const std::string&) override { throw 7; }
    std::string redact(std::string text) const override { return text; }
  } broken;
  call.secrets = &broken;
  std::string out;
  EXPECT_EQ(reveal("lxd/core.keypair/client#1.1", out), DFX_INTERNAL);
  EXPECT_EQ(problem().code, "host.failed");
  EXPECT_EQ(keep("some-secret", out), DFX_INTERNAL);
}

TEST_F(Services, OneCallMayUseManyThreads) {
  in_apply();
  std::vector<std::thread> threads;
  std::mutex guard;
  std::set<std::string> handles;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 10; ++i) {
        std::string handle;
        keep("secret-" + std::to_string(t) + "-" + std::to_string(i), handle);
        const std::lock_guard lock(guard);
        handles.insert(handle);
      }
    });
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(handles.size(), 80u);
}

}  // namespace
}  // namespace dfx::host::test
