#include <atomic>
#include <condition_variable>
#include <thread>

#include "tests/unit/core/exec/engine_fixture.hpp"

namespace dfx {
namespace {

using ApplyTest = EngineFixture;

TEST_F(ApplyTest, MakesEverythingInOrderAndASecondRunChangesNothing) {
  stack = {item("b", {{"from", ref("a")}}), item("a", {{"size", 1}})};
  const RunResult result = apply();
  EXPECT_TRUE(result.complete());
  EXPECT_EQ(result.created, 2u);
  EXPECT_EQ(world.log, (std::vector<std::string>{"create c/t.item/a", "create c/t.item/b"}));
  EXPECT_EQ(world.objects["c/t.item/b"].desired, (Json{{"from", "id-of-c/t.item/a"}}));
  const Plan again = plan();
  EXPECT_FALSE(again.has_changes());
  EXPECT_FALSE(again.has_work());
}

TEST_F(ApplyTest, LateValueInsideATextIsPutInJustBeforeApply) {
  stack = {item("a"), item("b", {{"text", {{"$dfx", {{"concat", {"id=", ref("a"), ";"}}}}}}})};
  apply();
  EXPECT_EQ(world.objects["c/t.item/b"].desired["text"], "id=id-of-c/t.item/a;");
}

TEST_F(ApplyTest, DriftIsSeenWithItsReasonAndRepaired) {
  stack = {item("a", {{"size", 1}, {"name", "x"}})};
  apply();
  world.objects["c/t.item/a"].desired["size"] = 7;
  Plan p = plan();
  ASSERT_EQ(action(p, "a"), Action::update);
  EXPECT_EQ(find(p, "a")->changes.size(), 1u);
  EXPECT_EQ(find(p, "a")->changes[0].cause, LeafChange::Cause::drift);
  EXPECT_EQ(find(p, "a")->changes[0].before, 7);
  EXPECT_EQ(find(p, "a")->reasons[0].code, "drift");
  run(p);
  EXPECT_EQ(world.objects["c/t.item/a"].desired["size"], 1);
}

TEST_F(ApplyTest, WhatWasDeletedOutsideIsMadeAgainWithWhatLivesOnItsOutputs) {
  stack = {item("a"), item("b", {{"from", ref("a")}})};
  apply();
  world.objects.erase("c/t.item/a");
  Plan p = plan();
  EXPECT_EQ(action(p, "a"), Action::create);
  EXPECT_EQ(find(p, "a")->reasons[0].code, "gone");
  EXPECT_EQ(action(p, "b"), Action::update);
  EXPECT_EQ(find(p, "b")->confidence, Confidence::predicted);
  EXPECT_TRUE(run(p).complete());
  EXPECT_FALSE(plan().has_changes());
}

TEST_F(ApplyTest, ImmutablePathReplacesRemovingUsersFirstOnlyIfTheyGo) {
  world.add_kind({{"kind", "t.item"}, {"schema", {{"properties", {{"image", {{"x-dfx-immutable", true}}}}}}}});
  stack = {item("a", {{"image", "v1"}}), item("b", Json::object(), {"a"})};
  apply();
  stack[0] = item("a", {{"image", "v2"}});
  world.log.clear();
  Plan p = plan();
  EXPECT_EQ(action(p, "a"), Action::replace);
  EXPECT_EQ(action(p, "b"), Action::none);
  const RunResult result = run(p);
  EXPECT_EQ(result.replaced, 1u);
  EXPECT_EQ(world.log, (std::vector<std::string>{"delete c/t.item/a", "create c/t.item/a"}));
}

TEST_F(ApplyTest, HostedChildLeavesBeforeItsHostIsReplacedAndComesBackAfter) {
  world.add_kind({{"kind", "t.item"}, {"schema", {{"properties", {{"image", {{"x-dfx-immutable", true}}}}}}}});
  stack = {item("host", {{"image", "v1"}}), item("member")};
  stack[1].edges = {{"c/t.item/host", EdgeKind::hosted_on}};
  apply();
  stack[0] = item("host", {{"image", "v2"}});
  world.log.clear();
  Plan p = plan();
  EXPECT_EQ(action(p, "member"), Action::replace);
  EXPECT_EQ(find(p, "member")->reasons.back().code, "parent-replaced");
  run(p);
  EXPECT_EQ(world.log, (std::vector<std::string>{"delete c/t.item/member", "delete c/t.item/host", "create c/t.item/host",
                                                 "create c/t.item/member"}));
}

TEST_F(ApplyTest, ContainedChildGoesWithItsContainerWithoutACall) {
  stack = {item("box"), item("inside")};
  stack[1].edges = {{"c/t.item/box", EdgeKind::contained_in}};
  apply();
  stack.clear();
  world.log.clear();
  apply();
  EXPECT_EQ(world.log, (std::vector<std::string>{"delete c/t.item/box"}));
  EXPECT_TRUE(store->load().empty());
}

TEST_F(ApplyTest, DestroyGoesBackwardsOverRecordedEdges) {
  stack = {item("a"), item("b", Json::object(), {"a"}), item("c", Json::object(), {"b"})};
  apply();
  stack.clear();
  world.log.clear();
  apply();
  EXPECT_EQ(world.log, (std::vector<std::string>{"delete c/t.item/c", "delete c/t.item/b", "delete c/t.item/a"}));
  EXPECT_TRUE(world.objects.empty());
}

TEST_F(ApplyTest, WhoStaysLetsGoBeforeWhatItUsedIsTakenAway) {
  stack = {item("old"), item("new"), item("user", {{"from", ref("old")}})};
  apply();
  stack = {item("new"), item("user", {{"from", ref("new")}})};
  world.log.clear();
  apply();
  EXPECT_EQ(world.log, (std::vector<std::string>{"update c/t.item/user", "delete c/t.item/old"}));
}

TEST_F(ApplyTest, IndependentSubtreeGoesOnAfterAFailure) {
  stack = {item("bad"), item("child", Json::object(), {"bad"}), item("good")};
  world.hook = [](Function f, const Json& request, CallContext&) -> std::optional<CallResult> {
    if (f != Function::apply || request.at("address") != "c/t.item/bad") return std::nullopt;
    CallResult r;
    r.status = CallStatus::invalid;
    r.diagnostics.error("t.no", "it cannot be").detail = "the image does not exist";
    return r;
  };
  const RunResult result = apply();
  EXPECT_EQ(result.created, 1u);
  EXPECT_EQ(result.failed, 1u);
  EXPECT_EQ(result.skipped, 1u);
  EXPECT_EQ(result.problems.list()[0].address, "c/t.item/bad");
  EXPECT_EQ(result.problems.list()[0].detail, "the image does not exist");
  world.hook = nullptr;
  EXPECT_TRUE(apply().complete());
  EXPECT_EQ(world.objects.size(), 3u);
}

TEST_F(ApplyTest, TransientFailureIsTriedAgainWithTheSameOperation) {
  stack = {item("a")};
  std::vector<std::string> operations;
  world.hook = [&](Function f, const Json& request, CallContext&) -> std::optional<CallResult> {
    if (f != Function::apply) return std::nullopt;
    operations.push_back(request.at("marker").at("operation"));
    if (operations.size() < 3) return CallResult{CallStatus::transient, "", {}};
    return std::nullopt;
  };
  EXPECT_TRUE(apply().complete());
  ASSERT_EQ(operations.size(), 3u);
  EXPECT_EQ(operations[0], operations[2]);
}

TEST_F(ApplyTest, InDoubtCreateThatHappenedIsFoundAndNotRepeated) {
  stack = {item("a")};
  world.hook = [&](Function f, const Json& request, CallContext&) -> std::optional<CallResult> {
    if (f != Function::apply) return std::nullopt;
    fakes::Object& o = world.objects["c/t.item/a"];
    o.desired = request.at("desired");
    o.environment = "home";
    o.outputs = {{"id", "x"}};
    ++o.writes;
    return CallResult{CallStatus::in_doubt, "", {}};
  };
  EXPECT_TRUE(apply().complete());
  EXPECT_EQ(world.objects["c/t.item/a"].writes, 1);
  world.hook = nullptr;
  EXPECT_FALSE(plan().has_work());
}

TEST_F(ApplyTest, UnreachableBlocksItsSubtreeOnly) {
  stack = {item("a"), item("b"), item("c", Json::object(), {"a"})};
  stack[0].connection = R"({"host":"down"})";
  apply();
  stack[0] = item("a", {{"size", 2}});
  stack[0].connection = R"({"host":"down"})";
  stack[1] = item("b", {{"size", 2}});
  world.unreachable = {R"({"host":"down"})"};
  Plan p = plan();
  EXPECT_FALSE(p.problems.has_errors());
  EXPECT_FALSE(find(p, "a")->blocked.empty());
  const RunResult result = run(p);
  EXPECT_EQ(result.updated, 1u);
  EXPECT_EQ(result.failed, 1u);
  EXPECT_EQ(world.objects.size(), 3u);
}

TEST_F(ApplyTest, ConnectionUnknownUntilItsMachineExistsIsReadJustBeforeApply) {
  stack = {item("machine"), item("inside", {{"v", 1}})};
  stack[1].connection = canonical({{"address", ref("machine")}});
  stack[1].edges = {{"c/t.item/machine", EdgeKind::needs}};
  Plan p = plan();
  EXPECT_EQ(find(p, "inside")->confidence, Confidence::deferred);
  EXPECT_TRUE(run(p).complete());
  EXPECT_EQ(store->find("c/t.item/inside")->connection, R"({"address":"id-of-c/t.item/machine"})");
  EXPECT_FALSE(plan().has_work());
}

TEST_F(ApplyTest, WhatIsCountedAndReportedIsWhatWasDoneNotWhatWasPlanned) {
  stack = {item("machine"), item("inside"), item("more")};
  for (Resource* r : {&stack[1], &stack[2]}) {
    r->connection = canonical({{"address", ref("machine")}});
    r->edges = {{"c/t.item/machine", EdgeKind::needs}};
  }
  world.objects["c/t.item/inside"] = {Json::object(), Json::object(), "home", "", 0};
  Plan p = plan();
  EXPECT_EQ(action(p, "inside"), Action::create);
  const RunResult result = run(p);
  EXPECT_EQ(result.created, 2u);
  EXPECT_EQ(result.adopted, 1u);
  for (const Event& e : events.list) {
    if (e.address != "c/t.item/inside") continue;
    EXPECT_EQ(e.action, Action::adopt) << to_string(e.type);
  }
}

TEST_F(ApplyTest, WhatTurnsOutToBeThereAsWantedIsNeitherCountedNorReportedAsMade) {
  stack = {item("machine"), item("inside")};
  stack[1].connection = canonical({{"address", ref("machine")}});
  stack[1].edges = {{"c/t.item/machine", EdgeKind::needs}};
  apply();
  world.add_kind({{"kind", "t.item"}, {"schema", {{"properties", {{"size", {{"x-dfx-immutable", true}}}}}}}});
  stack[0].desired = R"({"size":2})";
  int machines = 1;
  world.outputs_for = [&](const std::string& address, const Json&) { return Json{{"id", address + std::to_string(++machines)}}; };
  events.list.clear();
  Plan p = plan();
  ASSERT_EQ(action(p, "inside"), Action::create);
  const RunResult result = run(p);
  EXPECT_TRUE(result.complete());
  EXPECT_EQ(result.replaced, 1u);
  EXPECT_EQ(result.created, 0u);
  EXPECT_EQ(events.list.back().address, "c/t.item/inside");
  EXPECT_EQ(events.list.back().action, Action::none);
}

TEST_F(ApplyTest, DeferredCreateThatMeetsAForeignObjectStops) {
  stack = {item("machine"), item("inside")};
  stack[1].connection = canonical({{"address", ref("machine")}});
  stack[1].edges = {{"c/t.item/machine", EdgeKind::needs}};
  world.objects["c/t.item/inside"].desired = Json::object();
  const RunResult result = apply();
  EXPECT_EQ(result.failed, 1u);
  EXPECT_EQ(result.problems.list()[0].code, "plan.foreign-object");
  EXPECT_EQ(world.objects["c/t.item/inside"].writes, 0);
}

TEST_F(ApplyTest, ObjectOfAnotherEnvironmentIsAnErrorOfThePlan) {
  stack = {item("a")};
  world.objects["c/t.item/a"] = {Json::object(), Json::object(), "prod", "", 0};
  const Plan p = plan();
  ASSERT_TRUE(p.problems.has_errors());
  EXPECT_EQ(p.problems.list()[0].code, "plan.owned-by-another");
  EXPECT_NE(p.problems.list()[0].detail.find("prod"), std::string::npos);
}

TEST_F(ApplyTest, AdoptionThatTheStackAsksForTakesOverAForeignObject) {
  stack = {item("a", {{"size", 1}})};
  world.objects["c/t.item/a"] = {{{"size", 9}}, {{"id", "old"}}, "", "", 0};
  policies["c"].adopt = {{"c/t.item/a", "old"}};
  Plan p = plan();
  EXPECT_EQ(action(p, "a"), Action::adopt);
  EXPECT_EQ(run(p).adopted, 1u);
  EXPECT_EQ(world.objects["c/t.item/a"].desired["size"], 1);
  EXPECT_EQ(world.objects["c/t.item/a"].environment, "home");
}

TEST_F(ApplyTest, WaitsForHealthBeforeDependentsStart) {
  world.add_kind({{"kind", "t.slow"}, {"waits", true}});
  stack = {item("m", Json::object(), {}, "t.slow"), item("after", Json::object(), {"c/t.slow/m"})};
  world.unhealthy = {"c/t.slow/m"};
  world.hook = [&](Function f, const Json&, CallContext&) -> std::optional<CallResult> {
    if (f == Function::health && world.calls[f] == 3) {
      EXPECT_EQ(world.objects.count("c/t.item/after"), 0u);
      world.unhealthy.clear();
    }
    return std::nullopt;
  };
  EXPECT_TRUE(apply().complete());
  EXPECT_EQ(world.calls[Function::health], 3);
  EXPECT_EQ(store->find("c/t.slow/m")->status, RecordStatus::ok);
}

TEST_F(ApplyTest, DrainStopsWaitingAndTheNextRunGoesOnFromThere) {
  world.add_kind({{"kind", "t.slow"}, {"waits", true}});
  stack = {item("m", Json::object(), {}, "t.slow"), item("after", Json::object(), {"c/t.slow/m"})};
  world.unhealthy = {"c/t.slow/m"};
  world.hook = [&](Function f, const Json&, CallContext&) -> std::optional<CallResult> {
    if (f == Function::health && world.calls[f] == 2) drain.request_stop();  // what the first one said is taken by now
    return std::nullopt;
  };
  const RunResult first = apply();
  EXPECT_TRUE(first.interrupted);
  EXPECT_EQ(first.waiting, 1u);
  EXPECT_EQ(first.skipped, 1u) << "only what was not begun";
  const auto left = std::find_if(events.list.begin(), events.list.end(), [](const Event& e) { return e.type == Event::Type::left; });
  ASSERT_NE(left, events.list.end());
  EXPECT_EQ(left->address, "c/t.slow/m");
  EXPECT_EQ(left->message, "booting");
  EXPECT_EQ(store->find("c/t.slow/m")->status, RecordStatus::waiting);
  world.hook = nullptr;
  world.unhealthy.clear();
  drain = std::stop_source();
  Plan p = plan();
  EXPECT_TRUE(find(p, "c/t.slow/m")->waits_only);
  EXPECT_TRUE(run(p).complete());
  EXPECT_EQ(world.objects["c/t.slow/m"].writes, 1);
  EXPECT_EQ(world.objects.count("c/t.item/after"), 1u);
}

TEST_F(ApplyTest, PoolLimitsWhatRunsAtOnce) {
  world.add_kind({{"kind", "t.item"}, {"pool", "api:{connection/name}"}, {"pool_size", 2}});
  for (int i = 0; i < 12; ++i) {
    stack.push_back(item("i" + std::to_string(i)));
    stack.back().connection = R"({"name":"kkh"})";
  }
  std::atomic<int> running{0}, most{0};
  world.before = [&](Function f, const Json&) {
    if (f != Function::apply) return;
    const int now = ++running;
    most = std::max(most.load(), now);
    std::this_thread::yield();
    --running;
  };
  EXPECT_TRUE(apply().complete());
  EXPECT_LE(most.load(), 2);
  EXPECT_EQ(world.objects.size(), 12u);
}

TEST_F(ApplyTest, LatchedPoolStopsAfterItsFirstFailure) {
  world.add_kind({{"kind", "t.member"}, {"pool", "membership"}, {"pool_size", 1}, {"latched", true}});
  for (const char* name : {"a", "b", "c"}) stack.push_back(item(name, Json::object(), {}, "t.member"));
  world.hook = [](Function f, const Json&, CallContext&) -> std::optional<CallResult> {
    if (f == Function::apply) return CallResult{CallStatus::invalid, "", {}};
    return std::nullopt;
  };
  const RunResult result = apply();
  EXPECT_EQ(result.failed, 1u);
  EXPECT_EQ(result.skipped, 2u);
}

TEST_F(ApplyTest, CheckpointIsDurableWhenItReturnsAndComesBackAfterAKill) {
  stack = {item("a")};
  bool durable = false;
  world.hook = [&](Function f, const Json&, CallContext& context) -> std::optional<CallResult> {
    if (f != Function::apply) return std::nullopt;
    context.checkpoint(R"({"step":1})");
    durable = open_sqlite_store(x_dir / "test.db")->find("c/t.item/a")->checkpoint == R"({"step":1})";
    return CallResult{CallStatus::internal, "", {}};
  };
  apply();
  EXPECT_TRUE(durable);
  Json checkpoint;
  world.hook = [&](Function f, const Json& request, CallContext&) -> std::optional<CallResult> {
    if (f == Function::apply) checkpoint = request.at("checkpoint");
    return std::nullopt;
  };
  EXPECT_TRUE(apply().complete());
  EXPECT_EQ(checkpoint, (Json{{"step", 1}}));
}

TEST_F(ApplyTest, ProtectedResourceIsNotDeleted) {
  stack = {item("a")};
  stack[0].protect = true;
  apply();
  stack.clear();
  const Plan p = plan();
  ASSERT_TRUE(p.problems.has_errors());
  EXPECT_EQ(p.problems.list()[0].code, "plan.protected");
}

TEST_F(ApplyTest, KeepForgetsAndLeavesTheObject) {
  stack = {item("a")};
  stack[0].on_delete = "keep";
  apply();
  stack.clear();
  EXPECT_EQ(apply().forgotten, 1u);
  EXPECT_EQ(world.objects.size(), 1u);
  EXPECT_TRUE(store->load().empty());
}

TEST_F(ApplyTest, LookupGivesOutputsAndIsNeverRecorded) {
  world.add_kind({{"kind", "t.look"}, {"mode", "lookup"}});
  world.objects["c/t.look/x"] = {Json::object(), {{"fingerprint", "abc"}}, "", "", 0};
  stack = {item("x", Json::object(), {}, "t.look"),
           item("a", {{"image", {{"$dfx", {{"ref", "c/t.look/x"}, {"path", "/fingerprint"}}}}}})};
  EXPECT_TRUE(apply().complete());
  EXPECT_EQ(world.objects["c/t.item/a"].desired["image"], "abc");
  EXPECT_EQ(store->load().size(), 1u);
  EXPECT_FALSE(plan().has_work());
}

TEST_F(ApplyTest, FailedCheckIsAnErrorOfThePlanOnlyIfItGuardsWork) {
  world.add_kind({{"kind", "t.check"}, {"mode", "check"}});
  stack = {item("free", Json::object(), {}, "t.check"), item("a", Json::object(), {"c/t.check/free"})};
  std::string verdict = "pass";
  world.hook = [&](Function f, const Json& request, CallContext&) -> std::optional<CallResult> {
    if (f != Function::read || request.at("kind") != "t.check") return std::nullopt;
    return CallResult{CallStatus::ok, canonical({{"address", "c/t.check/free"}, {"result", "present"}, {"verdict", verdict}, {"message", "192.0.2.1 is taken"}}), {}};
  };
  EXPECT_TRUE(apply().complete());
  verdict = "fail";
  EXPECT_FALSE(plan().problems.has_errors());
  world.objects.erase("c/t.item/a");
  const Plan p = plan();
  ASSERT_TRUE(p.problems.has_errors());
  EXPECT_NE(p.problems.list()[0].detail.find("192.0.2.1 is taken"), std::string::npos);
}

TEST_F(ApplyTest, OldRowsAreMigratedInMemoryAndWrittenWithTheRun) {
  stack = {item("a", {{"size", 1}})};
  apply();
  world.add_kind({{"kind", "t.item"}, {"schema_version", 2}});
  world.migrate = [](const Json& r) {
    Json state = r.at("state");
    state["desired"] = {{"bytes", state["desired"]["size"]}};
    return state;
  };
  world.objects["c/t.item/a"].desired = {{"bytes", 1}};
  stack = {item("a", {{"bytes", 1}})};
  Plan p = plan();
  EXPECT_FALSE(p.has_changes());
  run(p);
  EXPECT_EQ(store->find("c/t.item/a")->schema_version, 2);
}

TEST_F(ApplyTest, RingOfReferencesIsRefusedWithItsMembers) {
  stack = {item("a", Json::object(), {"b"}), item("b", Json::object(), {"a"})};
  try {
    plan();
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.diagnostics().list()[0].code, "graph.cycle");
    EXPECT_NE(e.diagnostics().list()[0].detail.find("c/t.item/a -> c/t.item/b"), std::string::npos);
  }
}

}  // namespace
}  // namespace dfx
