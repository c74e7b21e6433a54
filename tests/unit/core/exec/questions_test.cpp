// Who is asked what, where and when; and whose words a failure is told in.
#include "tests/unit/core/exec/engine_fixture.hpp"

namespace dfx {
namespace {

class Questions : public EngineFixture {
 protected:
  // Notes each call as "read h1 c/t.item/a"; a read over another connection than that of the last create finds nothing.
  void SetUp() override {
    EngineFixture::SetUp();
    world.add_kind({{"kind", "t.placed"},
                    {"schema", {{"type", "object"}, {"properties", {{"host", {{"type", "string"}, {"x-dfx-immutable", true}}}}}}}});
    world.add_kind({{"kind", "t.free"}, {"mode", "check"}, {"before_create", true}});
    world.hook = [this](Function function, const Json& request, CallContext&) -> std::optional<CallResult> {
      const Json connection = request.value("connection", Json());
      const std::string where = connection.is_string() ? connection.get<std::string>() : "-";
      if (function == Function::apply) {
        asked.push_back(request.at("action").get<std::string>() + " " + where);
        if (request["action"] == "create") home = where;
      }
      if (function != Function::read) return std::nullopt;
      asked.push_back("read " + where);
      for (const Json& item : request.at("items")) questions.push_back(item.at("desired"));
      if (where == home || where == "-") return std::nullopt;
      return CallResult{CallStatus::ok, canonical({{"address", request["items"][0]["address"]}, {"result", "absent"}}), {}};
    };
  }
  Resource placed(const std::string& host) {
    Resource r = item("a", {{"host", host}}, {}, "t.placed");
    r.connection = quoted(host);
    return r;
  }
  static std::string quoted(const std::string& text) { return "\"" + text + "\""; }

  std::vector<std::string> asked;
  std::vector<Json> questions;
  std::string home;
};

TEST_F(Questions, WhatMovesToAnotherPlaceIsReadAndRemovedWhereItWas) {
  stack = {placed("h1")};
  apply();
  stack = {placed("h2")};
  asked.clear();
  Plan p = plan();
  EXPECT_EQ(action(p, "c/t.placed/a"), Action::replace);
  const RunResult result = run(p);
  EXPECT_TRUE(result.complete());
  EXPECT_EQ(asked, (std::vector<std::string>{"read h1", "delete h1", "create h2"}));
  asked.clear();
  EXPECT_FALSE(plan().has_changes());
  EXPECT_EQ(asked, std::vector<std::string>{"read h2"});
}

TEST_F(Questions, AnotherWayToTheSamePlaceMovesNothing) {
  stack = {placed("h1")};
  apply();
  Resource again = placed("h1");
  again.connection = quoted("h1-by-another-name");
  home = "h1-by-another-name";
  stack = {again};
  EXPECT_FALSE(plan().has_changes());
}

TEST_F(Questions, ANewResourceIsAskedForWithTheOutputsThatAreKnown) {
  stack = {item("a")};
  apply();
  questions.clear();
  stack = {item("a"), item("b", {{"of", ref("a")}, {"later", ref("new")}}), item("new")};
  plan();
  bool seen = false;
  for (const Json& desired : questions) seen = seen || desired.value("of", "") == "id-of-c/t.item/a";
  EXPECT_TRUE(seen) << Json(questions);
}

TEST_F(Questions, ACheckBeforeACreateIsNotAskedBeforeAReplacement) {
  Resource check = item("room", Json::object(), {}, "t.free");
  Resource thing = placed("h1");
  thing.edges.push_back({check.address, EdgeKind::needs});
  std::size_t checks = 0;
  const auto inner = world.hook;
  world.hook = [&](Function function, const Json& request, CallContext& context) -> std::optional<CallResult> {
    if (function != Function::read || request.at("kind") != "t.free") return inner(function, request, context);
    ++checks;
    return CallResult{CallStatus::ok, canonical({{"address", check.address}, {"result", "present"}, {"verdict", "pass"}}), {}};
  };
  stack = {check, thing};
  apply();
  EXPECT_EQ(checks, 1u);
  replace.insert(thing.address);
  EXPECT_EQ(action(plan(), thing.address), Action::replace);
  EXPECT_EQ(checks, 1u);
}

TEST_F(Questions, APluginsLastWordIsTheOneThatIsTold) {
  world.hook = [](Function function, const Json&, CallContext&) -> std::optional<CallResult> {
    if (function != Function::apply) return std::nullopt;
    CallResult r{CallStatus::auth, "", {}};
    r.diagnostics.error("http.untrusted-certificate", "what the service saw");
    r.diagnostics.error("t.no-fingerprint", "what to write down");
    return r;
  };
  stack = {item("a")};
  const RunResult result = apply();
  ASSERT_EQ(result.problems.list().size(), 1u);
  EXPECT_EQ(result.problems.list()[0].code, "t.no-fingerprint");
}

TEST_F(Questions, EvidenceOfFailingHealthIsInTheError) {
  world.add_kind({{"kind", "t.slow"}, {"waits", true}});
  world.hook = [](Function function, const Json& request, CallContext&) -> std::optional<CallResult> {
    if (function != Function::health) return std::nullopt;
    return CallResult{CallStatus::ok, canonical({{"address", request["items"][0]["address"]}, {"status", "failed"}, {"message", "cloud-init failed"}, {"evidence", "line 1\nline 2"}}), {}};
  };
  stack = {item("a", Json::object(), {}, "t.slow")};
  const RunResult result = apply();
  ASSERT_EQ(result.problems.list().size(), 1u);
  EXPECT_EQ(result.problems.list()[0].detail, "cloud-init failed\nline 1\nline 2");
}

// A host with a new certificate: whoever is reached through it is asked over the connection that its maker gives now.
TEST_F(Questions, WhatIsReachedAnotherWayIsReadThatWayOnceItsMakerHasSaidSo) {
  std::string pin = "old";
  world.outputs_for = [&](const std::string&, const Json&) { return Json{{"pin", pin}}; };
  const auto inner = world.hook;
  world.hook = [&](Function function, const Json& request, CallContext& context) -> std::optional<CallResult> {
    const Json connection = request.value("connection", Json());
    if (function != Function::read || !connection.is_object()) return inner(function, request, context);
    asked.push_back("read " + connection.at("pin").get<std::string>());
    if (connection.at("pin") == pin) return std::nullopt;
    CallResult r{CallStatus::auth, "", {}};
    r.diagnostics.error("t.other-certificate", "the certificate is another one");
    return r;
  };
  Resource inside = item("inside");
  inside.connection = canonical({{"pin", ref("host", "/pin")}});
  inside.edges = {{"c/t.item/host", EdgeKind::needs}};
  stack = {item("host"), inside};
  EXPECT_TRUE(apply().complete());
  pin = "new";
  world.objects["c/t.item/host"].outputs = {{"pin", "new"}};
  asked.clear();
  Plan p = plan();
  EXPECT_TRUE(p.problems.empty()) << p.problems.list()[0].summary;
  EXPECT_FALSE(p.has_changes());
  EXPECT_EQ(asked.back(), "read new");
  run(p);
  EXPECT_EQ(store->find("c/t.item/inside")->connection, R"({"pin":"new"})");
  asked.clear();
  EXPECT_FALSE(plan().has_work());
  EXPECT_EQ(asked.back(), "read new");
}

TEST_F(Questions, WhatKeepsManyFromBeingReadIsToldOnce) {
  stack = {item("a"), item("b")};
  stack[1].connection = quoted("elsewhere");
  world.hook = [](Function function, const Json&, CallContext&) -> std::optional<CallResult> {
    if (function != Function::read) return std::nullopt;
    CallResult r{CallStatus::auth, "", {}};
    r.diagnostics.error("http.other", "what the service saw").detail = "the host shows another certificate";
    return r;
  };
  const Plan p = plan();
  ASSERT_EQ(p.problems.list().size(), 1u);
  EXPECT_EQ(p.problems.list()[0].address, "c/t.item/a");
}

TEST_F(Questions, AnObstacleIsToldWholeByPlanAndRun) {
  stack = {item("a"), item("b", Json::object(), {"a"})};
  for (Resource& r : stack) r.connection = quoted("h1");
  world.hook = [](Function function, const Json&, CallContext&) -> std::optional<CallResult> {
    if (function != Function::read) return std::nullopt;
    CallResult r{CallStatus::unreachable, "", {}};
    Diagnostic& d = r.diagnostics.error("http.unreachable", "a server cannot be reached");
    d.detail = "h1: Connection refused";
    d.help = "start it";
    d.error_class = ErrorClass::unreachable;
    return r;
  };
  options.locate = [](Diagnostic& d) { d.place = {"stack.yaml", 7, 3}; };
  Plan p = plan();
  EXPECT_EQ(find(p, "a")->blocked, "h1: Connection refused");
  ASSERT_EQ(p.obstacles.list().size(), 1u) << "one host, one word";
  EXPECT_EQ(p.obstacles.list()[0].address, "c/t.item/a");
  EXPECT_EQ(p.obstacles.list()[0].help, "start it");
  const RunResult result = run(p);
  ASSERT_EQ(result.problems.list().size(), 1u);
  EXPECT_EQ(result.problems.list()[0].code, "http.unreachable");
  EXPECT_EQ(result.problems.list()[0].help, "start it");
  EXPECT_EQ(result.problems.list()[0].place.line, 7u);
  const auto failed = std::find_if(events.list.begin(), events.list.end(), [](const Event& e) { return e.type == Event::Type::failed; });
  ASSERT_NE(failed, events.list.end());
  ASSERT_NE(failed->problem, nullptr);
  EXPECT_EQ(failed->problem->place.line, 7u);
}

TEST_F(Questions, AReadThatFailsInPassingIsMadeAgain) {
  world.add_kind({{"kind", "t.look"}, {"mode", "lookup"}});
  Resource look = item("x", {{"of", ref("machine")}}, {}, "t.look");
  Resource inside = item("inside", Json::object(), {"c/t.look/x"});
  inside.connection = canonical({{"address", ref("machine")}});
  inside.edges.push_back({"c/t.item/machine", EdgeKind::needs});
  world.objects[look.address] = {Json::object(), {{"fingerprint", "abc"}}, "", "", 0};
  stack = {item("machine"), look, inside};
  Plan p = plan();
  std::map<std::string, int> reads;
  world.hook = [&](Function function, const Json& request, CallContext&) -> std::optional<CallResult> {
    if (function != Function::read) return std::nullopt;
    const int before = reads[request.at("kind")]++;
    if (before == 0) return CallResult{CallStatus::transient, "", {}};
    if (before == 1) return CallResult{CallStatus::unreachable, "", {}};
    return std::nullopt;
  };
  EXPECT_TRUE(run(p).complete());
  EXPECT_EQ(reads, (std::map<std::string, int>{{"t.item", 3}, {"t.look", 3}}));
}

TEST_F(Questions, AFarSideThatNeverAnswersIsGivenUpBeforeTheDeadlineWithItsReason) {
  Resource inside = item("inside");
  inside.connection = canonical({{"address", ref("machine")}});
  inside.edges.push_back({"c/t.item/machine", EdgeKind::needs});
  stack = {item("machine"), inside};
  options.patience = std::chrono::milliseconds(50);
  Plan p = plan();
  world.unreachable = {R"({"address":"id-of-c/t.item/machine"})"};
  const RunResult result = run(p);
  EXPECT_EQ(result.failed, 1u);
  EXPECT_EQ(result.problems.list().back().detail, "the host is down");
  EXPECT_EQ(result.problems.list().back().error_class, ErrorClass::unreachable);
  EXPECT_FALSE(store->find("c/t.item/inside"));
}

TEST_F(Questions, HealthThatSaysNothingAboutAResourceEndsAtItsDeadline) {
  world.add_kind({{"kind", "t.slow"}, {"waits", true}});
  options.timeouts["c"].create = std::chrono::milliseconds(200);
  world.hook = [](Function function, const Json&, CallContext&) -> std::optional<CallResult> {
    if (function != Function::health) return std::nullopt;
    return CallResult{CallStatus::ok, "", {}};
  };
  stack = {item("a", Json::object(), {}, "t.slow")};
  const RunResult result = apply();
  ASSERT_EQ(result.problems.list().size(), 1u);
  EXPECT_EQ(result.problems.list()[0].code, "exec.not-ready-in-time");
  EXPECT_EQ(result.problems.list()[0].detail, "its health is not known: the plugin says nothing about it");
}

TEST_F(Questions, WhatNeverBecameReadyIsToldByTheLastThingThatWasKnown) {
  world.add_kind({{"kind", "t.slow"}, {"waits", true}});
  options.timeouts["c"].create = std::chrono::milliseconds(200);
  int asked_health = 0;
  world.hook = [&](Function function, const Json& request, CallContext&) -> std::optional<CallResult> {
    if (function != Function::health) return std::nullopt;
    if (++asked_health > 1) return CallResult{CallStatus::unreachable, "", {}};
    return CallResult{CallStatus::ok, canonical({{"address", request["items"][0]["address"]}, {"status", "in_progress"}, {"message", "waiting for SSH"}}), {}};
  };
  stack = {item("a", Json::object(), {}, "t.slow")};
  const RunResult result = apply();
  ASSERT_EQ(result.problems.list().size(), 1u);
  EXPECT_EQ(result.problems.list()[0].code, "exec.not-ready-in-time");
  EXPECT_EQ(result.problems.list()[0].detail, "waiting for SSH");
}

}  // namespace
}  // namespace dfx
