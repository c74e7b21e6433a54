#include "tests/unit/sandbox/lxd/daemon.hpp"

namespace dfx::sandbox::testing {
namespace {

class Operations : public Daemon {
 public:
  Answer start() { return call("POST", "/1.0/instances", {{"name", "c1"}, {"source", {{"type", "none"}}}}); }
  static std::string url(const Answer& answer) { return answer.body()["operation"]; }
  std::vector<std::string> lifecycle() {
    auto session = store.begin(Store::Access::read);
    std::vector<std::string> actions;
    for (const auto& event : session.events_after(k_host, 0)) {
      if (event.type == "lifecycle") actions.push_back(event.body["metadata"]["action"]);
    }
    return actions;
  }
};

TEST_F(Operations, AreAcceptedThenDoneThenForgotten) {
  const Answer answer = start();
  EXPECT_EQ(answer.header("Location"), url(answer));
  EXPECT_EQ(answer.body()["type"], "async");
  EXPECT_EQ(call("GET", url(answer)).metadata()["status_code"], 103);
  EXPECT_EQ(call("GET", "/1.0/operations").metadata()["running"], Json::array({url(answer)}));
  pass(1);
  EXPECT_EQ(call("GET", url(answer)).metadata()["status"], "Success");
  pass(6);
  EXPECT_EQ(call("GET", url(answer)).error(), "Operation not found");
}

TEST_F(Operations, AreWaitedForUntilTheyEndOrTheTimeIsUp) {
  const Answer answer = start();
  EXPECT_TRUE(call("GET", url(answer) + "/wait?timeout=10").reply.waiting);
  EXPECT_FALSE(call("GET", url(answer) + "/wait?timeout=0").reply.waiting);
  EXPECT_EQ(call("GET", url(answer) + "/wait?timeout=x").status(), 500);
  pass(1);
  EXPECT_FALSE(call("GET", url(answer) + "/wait").reply.waiting);
  EXPECT_EQ(call("GET", "/1.0/operations/nope/wait").status(), 404);
}

TEST_F(Operations, OfInstancesCannotBeCancelled) {
  EXPECT_EQ(call("DELETE", url(start())).error(), "This operation can't be cancelled");
}

TEST_F(Operations, ThatARuleMakesFailHaveNoEffect) {
  set_faults({{"rules", {{{"method", "POST"}, {"path", "/1.0/instances"}, {"times", 1}, {"operation", {{"error", "boom"}}}}}}});
  EXPECT_EQ(failure(start()), "boom");
  EXPECT_EQ(call("GET", "/1.0/instances").metadata(), Json::array());
  EXPECT_EQ(failure(start()), "");
}

TEST_F(Operations, TakeAsLongAsARuleSays) {
  set_faults({{"rules", {{{"path", "/1.0/instances"}, {"operation", {{"seconds", 20}}}}}}});
  const Answer answer = start();
  pass(19);
  EXPECT_EQ(peek(answer)["status"], "Running");
  pass(2);
  EXPECT_EQ(peek(answer)["status"], "Success");
}

TEST_F(Operations, AreAnsweredWithAnErrorIfARuleSaysSo) {
  set_faults({{"rules", {{{"error", {{"status", 503}, {"message", "shutting down"}}}}}}});
  EXPECT_EQ(start().status(), 503);
  EXPECT_EQ(start().error(), "shutting down");
}

TEST_F(Operations, AndWhatTheyDidAreEvents) {
  give_image();
  create(container("c1"));
  change_state("c1", {{"action", "start"}});
  change_state("c1", {{"action", "stop"}, {"force", true}});
  failure(call("DELETE", "/1.0/instances/c1"));
  EXPECT_EQ(lifecycle(), (std::vector<std::string>{"image-created", "instance-created", "instance-started", "instance-stopped",
                                                   "instance-deleted"}));
}

TEST_F(Operations, EventsNeedAWebsocketAndAKnownType) {
  EXPECT_EQ(call("GET", "/1.0/events").status(), 400);
  EXPECT_EQ(call("GET", "/1.0/events?type=zz").error(), "\"zz\" isn't a supported event type");
  const Answer answer = call("GET", "/1.0/events?type=operation", nullptr, {{"upgrade", "websocket"}});
  EXPECT_EQ(answer.reply.event_types, std::vector<std::string>{"operation"});
}

}  // namespace
}  // namespace dfx::sandbox::testing
