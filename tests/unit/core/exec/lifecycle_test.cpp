// Plan and run together: containers and hosts, moves, guards, lookups, what a run learns late.
#include <algorithm>

#include "core/plan/plan_json.hpp"
#include "tests/unit/core/exec/engine_fixture.hpp"

namespace dfx {
namespace {

class LifecycleTest : public EngineFixture {
 protected:
  void add_immutable_image() {
    world.add_kind({{"kind", "t.item"}, {"schema", {{"properties", {{"image", {{"x-dfx-immutable", true}}}}}}}});
  }
  void lives(std::size_t at, const std::string& parent, EdgeKind kind) { stack[at].edges = {{"c/t.item/" + parent, kind}}; }
  static bool has_problem(const Plan& p, const std::string& code) {
    return std::any_of(p.problems.list().begin(), p.problems.list().end(), [&](const Diagnostic& d) { return d.code == code; });
  }
  // Reads of these addresses find the far side silent.
  void silence(const std::string& address) {
    world.hook = [address](Function f, const Json& request, CallContext&) -> std::optional<CallResult> {
      if (f != Function::read || request.at("items").at(0).at("address") != address) return std::nullopt;
      return CallResult{CallStatus::unreachable, "", {}};
    };
  }
};

// --- containers and hosts ------------------------------------------------------------------------------------------

TEST_F(LifecycleTest, ContainedChildIsMadeAnewWithItsContainerWithoutADelete) {
  add_immutable_image();
  stack = {item("box", {{"image", "v1"}}), item("inside")};
  lives(1, "box", EdgeKind::contained_in);
  apply();
  stack[0] = item("box", {{"image", "v2"}});
  world.log.clear();
  apply();
  EXPECT_EQ(world.log, (std::vector<std::string>{"delete c/t.item/box", "create c/t.item/box", "create c/t.item/inside"}));
  EXPECT_FALSE(plan().has_work());
}

TEST_F(LifecycleTest, ChildThatCannotBeReachedGoesWithItsContainer) {
  stack = {item("box"), item("inside")};
  lives(1, "box", EdgeKind::contained_in);
  stack[1].connection = R"({"in":"box"})";
  apply();
  stack.clear();
  world.unreachable = {R"({"in":"box"})"};
  world.log.clear();
  EXPECT_TRUE(apply().complete());
  EXPECT_EQ(world.log, std::vector<std::string>{"delete c/t.item/box"});
  EXPECT_TRUE(store->load().empty());
}

TEST_F(LifecycleTest, ChildOfAContainerThatIsGoneIsForgottenAlthoughItCannotBeReached) {
  stack = {item("box"), item("inside")};
  lives(1, "box", EdgeKind::contained_in);
  stack[1].connection = R"({"in":"box"})";
  apply();
  stack.clear();
  world.objects.clear();
  world.unreachable = {R"({"in":"box"})"};
  const RunResult result = apply();
  EXPECT_TRUE(result.complete());
  EXPECT_EQ(result.forgotten, 2u);
}

TEST_F(LifecycleTest, KeptChildStillGoesWithItsContainerAndThePlanSaysSo) {
  stack = {item("box"), item("data")};
  lives(1, "box", EdgeKind::contained_in);
  stack[1].on_delete = "keep";
  apply();
  stack.clear();
  const Plan p = plan();
  EXPECT_EQ(action(p, "data"), Action::remove);
  EXPECT_EQ(find(p, "data")->reasons.back().code, "contained");
}

TEST_F(LifecycleTest, ProtectedChildKeepsItsContainer) {
  stack = {item("box"), item("data")};
  lives(1, "box", EdgeKind::contained_in);
  stack[1].on_delete = "keep";
  stack[1].protect = true;
  apply();
  stack.clear();
  EXPECT_TRUE(has_problem(plan(), "plan.protected"));
}

TEST_F(LifecycleTest, ContainerThatCannotBeDeletedKeepsTheRowsOfWhatIsInIt) {
  stack = {item("box"), item("inside")};
  lives(1, "box", EdgeKind::contained_in);
  apply();
  stack.clear();
  world.hook = [](Function f, const Json&, CallContext&) -> std::optional<CallResult> {
    if (f != Function::apply) return std::nullopt;
    return CallResult{CallStatus::conflict, "", {}};
  };
  EXPECT_FALSE(apply().complete());
  EXPECT_EQ(store->load().size(), 2u);
}

TEST_F(LifecycleTest, UserOfAContainedThingLetsGoBeforeTheContainerGoes) {
  stack = {item("box"), item("inside"), item("user", Json::object(), {"inside"})};
  lives(1, "box", EdgeKind::contained_in);
  apply();
  stack.clear();
  world.log.clear();
  apply();
  EXPECT_EQ(world.log, (std::vector<std::string>{"delete c/t.item/user", "delete c/t.item/box"}));
}

TEST_F(LifecycleTest, ChildThatMovesToAnotherHostIsMadeAnewWhenTheOldOneGoes) {
  stack = {item("old"), item("child")};
  lives(1, "old", EdgeKind::hosted_on);
  apply();
  stack = {item("new"), item("child")};
  lives(1, "new", EdgeKind::hosted_on);
  world.log.clear();
  apply();
  const auto at = [&](const char* line) { return std::find(world.log.begin(), world.log.end(), line) - world.log.begin(); };
  EXPECT_LT(at("delete c/t.item/child"), at("delete c/t.item/old"));
  EXPECT_LT(at("create c/t.item/new"), at("create c/t.item/child"));
  EXPECT_EQ(world.log.size(), 4u);
}

TEST_F(LifecycleTest, WhatIsReachedThroughAMachineThatIsMadeAnewIsLookedForThere) {
  add_immutable_image();
  stack = {item("machine", {{"image", "v1"}}), item("inside", {{"v", 1}})};
  stack[1].connection = canonical({{"address", ref("machine")}});
  stack[1].edges = {{"c/t.item/machine", EdgeKind::needs}};
  apply();
  stack[0] = item("machine", {{"image", "v2"}});
  Plan p = plan();
  EXPECT_EQ(find(p, "inside")->confidence, Confidence::deferred);
  EXPECT_EQ(find(p, "inside")->reasons.back().code, "moves");
  // It went with the machine, which only its plugin could have said.
  world.before = [this](Function f, const Json& request) {
    if (f != Function::apply || request.at("action") != "delete") return;
    const std::lock_guard lock(world.mutex);
    world.objects.erase("c/t.item/inside");
    world.log.push_back("delete c/t.item/inside");
  };
  EXPECT_TRUE(run(p).complete());
  EXPECT_EQ(world.objects.count("c/t.item/inside"), 1u);
  EXPECT_FALSE(plan().has_work());
}

// --- rows ----------------------------------------------------------------------------------------------------------

TEST_F(LifecycleTest, MovedRowGoesOnUnderItsNewAddressWithItsSecrets) {
  stack = {item("a", {{"size", 1}}), item("user", {{"from", ref("a")}})};
  apply();
  store->put_sealed("c/t.item/a#1", "sealed");
  moves = {{"c/t.item/a", "c/t.item/b"}};
  stack = {item("b", {{"size", 1}}), item("user", {{"from", ref("b")}})};
  world.log.clear();
  Plan p = plan();
  EXPECT_FALSE(p.has_changes());
  EXPECT_TRUE(p.has_work());
  run(p);
  EXPECT_TRUE(world.log.empty());
  EXPECT_FALSE(store->find("c/t.item/a"));
  EXPECT_EQ(store->find("c/t.item/user")->edges[0].to, "c/t.item/b");
  EXPECT_EQ(store->sealed("c/t.item/b#1"), "sealed");
  EXPECT_FALSE(plan().has_work()) << "the move stays in the stack file and has nothing left to do";
}

TEST_F(LifecycleTest, AddressesCanBeSwapped) {
  stack = {item("a", {{"size", 1}}), item("b", {{"size", 2}})};
  apply();
  store->put_sealed("c/t.item/a#1", "of a");
  store->put_sealed("c/t.item/b#1", "of b");
  moves = {{"c/t.item/a", "c/t.item/x"}, {"c/t.item/b", "c/t.item/a"}, {"c/t.item/x", "c/t.item/b"}};
  stack = {item("a", {{"size", 2}}), item("b", {{"size", 1}})};
  world.log.clear();
  apply();
  EXPECT_TRUE(world.log.empty());
  EXPECT_EQ(store->load().size(), 2u);
  EXPECT_EQ(store->find("c/t.item/a")->desired, R"({"size":2})");
  EXPECT_EQ(store->sealed("c/t.item/a#1"), "of b");
  EXPECT_EQ(store->sealed("c/t.item/b#1"), "of a");
}

TEST_F(LifecycleTest, GuardIsRecordedAlthoughNothingElseChanges) {
  stack = {item("a")};
  apply();
  stack[0].protect = true;
  Plan p = plan();
  EXPECT_FALSE(p.has_changes());
  ASSERT_TRUE(p.has_work());
  run(p);
  stack.clear();
  EXPECT_TRUE(has_problem(plan(), "plan.protected"));
}

TEST_F(LifecycleTest, ReplacementOfAProtectedResourceIsRefused) {
  add_immutable_image();
  stack = {item("a", {{"image", "v1"}})};
  stack[0].protect = true;
  apply();
  stack[0] = item("a", {{"image", "v2"}});
  EXPECT_TRUE(has_problem(plan(), "plan.protected")) << "the recorded guard holds until an apply has taken it away";
}

TEST_F(LifecycleTest, ObjectOfOursThatNoRowKnowsIsMadeAnewUnderItsAddress) {
  add_immutable_image();
  world.objects["c/t.item/a"] = {{{"image", "v1"}}, {{"id", "x"}}, "home", "", 0};
  stack = {item("a", {{"image", "v2"}})};
  Plan p = plan();
  EXPECT_EQ(action(p, "a"), Action::replace);
  EXPECT_TRUE(run(p).complete());
  EXPECT_EQ(world.log, (std::vector<std::string>{"delete c/t.item/a", "create c/t.item/a"}));
  ASSERT_EQ(store->load().size(), 1u);
  EXPECT_EQ(store->load()[0].address, "c/t.item/a");
  EXPECT_FALSE(plan().has_work());
}

TEST_F(LifecycleTest, YieldedObjectIsNeverRecorded) {
  policies["c"].on_conflict = "yield";
  world.objects["c/t.item/inside"] = {{{"size", 9}}, {{"id", "theirs"}}, "", "", 0};
  stack = {item("machine"), item("inside", {{"size", 1}}), item("user", {{"from", ref("inside")}})};
  stack[1].connection = canonical({{"address", ref("machine")}});
  stack[1].edges = {{"c/t.item/machine", EdgeKind::needs}};
  EXPECT_TRUE(apply().complete());
  EXPECT_FALSE(store->find("c/t.item/inside"));
  EXPECT_EQ(world.objects["c/t.item/inside"].desired["size"], 9);
  EXPECT_EQ(world.objects["c/t.item/user"].desired["from"], "theirs");
}

TEST_F(LifecycleTest, ForcedTakeOverThatThePlanDidNotShowIsOutsideOfIt) {
  policies["c"].on_conflict = "take";
  world.objects["c/t.item/inside"] = {{{"size", 9}}, Json::object(), "", "", 0};
  stack = {item("machine"), item("inside", {{"size", 1}})};
  stack[1].connection = canonical({{"address", ref("machine")}});
  stack[1].edges = {{"c/t.item/machine", EdgeKind::needs}};
  const RunResult result = apply();
  EXPECT_EQ(result.outside, 1u);
  EXPECT_EQ(world.objects["c/t.item/inside"].desired["size"], 9);
}

// --- lookups and checks --------------------------------------------------------------------------------------------

TEST_F(LifecycleTest, LookupThatFailsMattersOnlyToWorkThatNeedsIt) {
  world.add_kind({{"kind", "t.look"}, {"mode", "lookup"}});
  world.add_kind({{"kind", "t.item"}, {"schema", {{"properties", {{"image", {{"x-dfx-create-only", true}}}}}}}});
  world.objects["c/t.look/x"] = {Json::object(), {{"fingerprint", "abc"}}, "", "", 0};
  stack = {item("x", Json::object(), {}, "t.look"),
           item("a", {{"image", {{"$dfx", {{"ref", "c/t.look/x"}, {"path", "/fingerprint"}}}}}})};
  apply();
  world.objects.erase("c/t.look/x");
  const Plan idle = plan();
  EXPECT_FALSE(idle.problems.has_errors());
  EXPECT_TRUE(has_problem(idle, "plan.lookup-failed")) << "as a warning";
  EXPECT_FALSE(idle.has_changes());
  world.objects.erase("c/t.item/a");
  EXPECT_TRUE(plan().problems.has_errors());
}

TEST_F(LifecycleTest, LookupThatCannotBeReachedBlocksItsSubtreeOnly) {
  world.add_kind({{"kind", "t.look"}, {"mode", "lookup"}});
  stack = {item("x", Json::object(), {}, "t.look"), item("a", {{"image", {{"$dfx", {{"ref", "c/t.look/x"}, {"path", "/f"}}}}}}),
           item("b")};
  silence("c/t.look/x");
  Plan p = plan();
  EXPECT_FALSE(p.problems.has_errors());
  EXPECT_FALSE(find(p, "c/t.look/x")->blocked.empty());
  const RunResult result = run(p);
  EXPECT_EQ(result.created, 1u);
  EXPECT_EQ(result.failed, 1u);
  EXPECT_EQ(result.skipped, 1u);
}

TEST_F(LifecycleTest, CheckThatCannotBeReachedBlocksWhatItGuards) {
  world.add_kind({{"kind", "t.check"}, {"mode", "check"}});
  stack = {item("free", Json::object(), {}, "t.check"), item("a", Json::object(), {"c/t.check/free"}), item("b")};
  silence("c/t.check/free");
  Plan p = plan();
  EXPECT_FALSE(p.problems.has_errors());
  const RunResult result = run(p);
  EXPECT_EQ(result.created, 1u);
  EXPECT_EQ(result.skipped, 1u);
}

// --- what plugins say ----------------------------------------------------------------------------------------------

TEST_F(LifecycleTest, AnotherSpellingOfTheSameValueIsNoChange) {
  stack = {item("a", {{"age", "24h"}})};
  apply();
  stack = {item("a", {{"age", "1d"}})};
  world.hook = [](Function f, const Json& request, CallContext&) -> std::optional<CallResult> {
    if (f != Function::normalize) return std::nullopt;
    Json desired = request.at("desired");
    if (desired["age"] == "1d") desired["age"] = "24h";
    return CallResult{CallStatus::ok, canonical(desired), {}};
  };
  EXPECT_FALSE(plan().has_changes());
}

TEST_F(LifecycleTest, DifferenceThatThePluginIgnoresIsNone) {
  world.add_kind({{"kind", "t.item"}, {"plans", true}, {"schema", {{"properties", {{"image", {{"x-dfx-immutable", true}}}}}}}});
  stack = {item("a", {{"image", "v1"}})};
  apply();
  stack = {item("a", {{"image", "v2"}})};
  world.plan_answer = [](const Json& r) {
    return canonical({{"address", r.at("items").at(0).at("address")}, {"ignore", {"/image"}}}) + "\n";
  };
  const Plan p = plan();
  EXPECT_FALSE(p.has_changes());
}

TEST_F(LifecycleTest, GarbageInsideAnAnswerIsAProblemOfThatResource) {
  stack = {item("a"), item("b")};
  apply();
  world.hook = [](Function f, const Json&, CallContext&) -> std::optional<CallResult> {
    if (f != Function::read) return std::nullopt;
    return CallResult{CallStatus::ok, R"({"address":"c/t.item/a","result":"present","owner":"mine","observed":{"x":nonsense}}
{"address":"c/t.item/b","result":"present","owner":"mine","observed":{}})", {}};
  };
  const Plan p = plan();
  ASSERT_EQ(p.problems.list().size(), 1u);
  EXPECT_EQ(p.problems.list()[0].code, "plugin.bad-answer");
  EXPECT_EQ(p.problems.list()[0].address, "c/t.item/a");
}

TEST_F(LifecycleTest, ValueThatItsKindRefusesIsAnErrorOfThePlan) {
  stack = {item("a", {{"size", "big"}})};
  validate = [](const Kind&, std::string_view desired) {
    Diagnostics out;
    if (!parse_json(desired)["size"].is_number()) out.error("schema.mismatch", "a value does not fit its schema");
    return out;
  };
  const Plan p = plan();
  ASSERT_TRUE(p.problems.has_errors());
  EXPECT_EQ(p.problems.list()[0].address, "c/t.item/a");
}

// --- the plan as JSON ----------------------------------------------------------------------------------------------

TEST_F(LifecycleTest, PlanAsJsonSaysEverythingAndNoSecret) {
  world.add_kind({{"kind", "t.item"}, {"severe", true}, {"schema", {{"properties", {{"image", {{"x-dfx-immutable", true}}}, {"key", {{"x-dfx-secret", true}}}}}}}});
  const auto secret = [](const char* version) { return Json{{"$dfx", {{"secret", "stack/token"}, {"version", version}}}}; };
  stack = {item("box", {{"image", "v1"}, {"token", secret("1")}, {"key", "plain"}}), item("inside"), item("old")};
  lives(1, "box", EdgeKind::contained_in);
  apply();
  stack = {item("box", {{"image", "v2"}, {"token", secret("2")}, {"key", "other"}}), item("user", {{"from", ref("box")}})};
  const Json json = to_json(plan());
  EXPECT_EQ(json.dump().find("stack/token"), std::string::npos);
  EXPECT_EQ(json.dump().find("plain"), std::string::npos);
  EXPECT_EQ(json, parse_json(R"json({"format":1,"stack":"test","environment":"home","destroy":false,"resources":4,"moves":[],"problems":[],"obstacles":[],
    "counts":{"adopt":0,"create":1,"delete":2,"forget":0,"replace":1,"update":0},
    "operations":[
      {"address":"c/t.item/box","kind":"t.item","action":"replace","confidence":"exact","severe":true,"edges":[],
       "desired":{"image":"v2","key":"(secret)","token":"(secret)"},
       "changes":[{"path":"/image","before":"v1","after":"v2","cause":"config","immutable":true},
                  {"path":"/key","before":"(secret)","after":"(secret)","cause":"config","immutable":false},
                  {"path":"/token","before":"(secret)","after":"(secret)","cause":"config","immutable":false}],
       "reasons":[{"code":"config","text":"the stack wants another value: /image, /key, /token"},
                  {"code":"immutable","text":"/image cannot be changed in place"}]},
      {"address":"c/t.item/user","kind":"t.item","action":"create","confidence":"predicted","changes":[],
       "desired":{"from":{"$dfx":{"path":"/id","ref":"c/t.item/box"}}},"edges":[{"to":"c/t.item/box","kind":"needs"}],
       "reasons":[{"code":"new","text":"in the stack and not there yet"}]},
      {"address":"c/t.item/inside","kind":"t.item","action":"delete","confidence":"exact","changes":[],"severe":true,
       "with":"c/t.item/box","edges":[{"to":"c/t.item/box","kind":"contained_in"}],
       "reasons":[{"code":"removed","text":"no longer in the stack"},{"code":"contained","text":"it goes with c/t.item/box"}]},
      {"address":"c/t.item/old","kind":"t.item","action":"delete","confidence":"exact","changes":[],"severe":true,"edges":[],
       "reasons":[{"code":"removed","text":"no longer in the stack"}]}],
    "steps":[{"step":0,"do":"remove","address":"c/t.item/box","after":[]},
             {"step":1,"do":"make","address":"c/t.item/box","after":[0]},
             {"step":2,"do":"make","address":"c/t.item/user","after":[1]},
             {"step":3,"do":"remove","address":"c/t.item/inside","after":[0]},
             {"step":4,"do":"remove","address":"c/t.item/old","after":[]}]})json"))
      << json.dump(1);
}

}  // namespace
}  // namespace dfx
