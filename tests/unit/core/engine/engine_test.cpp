#include "tests/unit/core/config/problems.hpp"
#include "tests/unit/core/engine/stack_fixture.hpp"

namespace dfx {
namespace {

class EngineTest : public StackFixture {
 protected:
  void SetUp() override {
    StackFixture::SetUp();
    add_plugin("t", {{"kinds", {{{"kind", "t.item"}, {"schema", {{"additionalProperties", true}}}}}}}, items);
  }
  // The plugin answers these lines whatever it is asked.
  void answer(std::vector<Json> lines) {
    add_plugin("t", {{"kinds", {{{"kind", "t.item"}, {"schema", {{"additionalProperties", true}}}}}}}, [lines](const Json&) { return lines; });
  }
};

const char* k_two = "components:\n  t: {items: {a: {size: 1}, b: {size: 2}}}\n";

TEST_F(EngineTest, StackBecomesResourcesAndAnApplyMakesThem) {
  EXPECT_EQ(addresses(engine(k_two).expand()), (std::vector<std::string>{"t/t.item/a", "t/t.item/b"}));
  EXPECT_EQ(apply(k_two).created, 2u);
  EXPECT_FALSE(engine(k_two).plan({}).has_work());
  EXPECT_EQ(store->runs(1)[0].result, "ok");
}

TEST_F(EngineTest, ComponentThatIsSwitchedOffTakesItsResourcesAway) {
  apply(k_two);
  const Plan plan = engine("components:\n  t: {enabled: false}\n").plan({});
  ASSERT_EQ(plan.operations.size(), 2u);
  EXPECT_EQ(plan.operations[0].action, Action::remove);
  EXPECT_EQ(plan.operations[0].reasons[0].code, "disabled");
}

TEST_F(EngineTest, ComponentThatIsGoneFromTheFileTakesItsResourcesAway) {
  apply(k_two);
  EXPECT_EQ(apply("components: {}\n").removed, 2u);
  EXPECT_TRUE(world.objects.empty());
}

TEST_F(EngineTest, RenamedComponentKeepsWhatItMade) {
  apply(k_two);
  for (const char* name : {"a", "b"}) {
    auto object = world.objects.extract("t/t.item/" + std::string(name));
    object.key() = "new/t.item/" + std::string(name);
    world.objects.insert(std::move(object));
  }
  world.log.clear();
  const std::string text = "moved: [{from: t, to: new}]\ncomponents:\n  new: {plugin: t, items: {a: {size: 1}, b: {size: 2}}}\n";
  EXPECT_TRUE(apply(text).complete());
  EXPECT_TRUE(world.log.empty());
  EXPECT_TRUE(store->find("new/t.item/a"));
  EXPECT_FALSE(engine(text).plan({}).has_work());
}

TEST_F(EngineTest, KindWithANewNameKeepsItsRows) {
  apply(k_two);
  add_plugin("t", {{"kinds", {{{"kind", "t.thing"}, {"formerly", {"t.item"}}, {"schema", {{"additionalProperties", true}}}}}}}, [](const Json& r) {
    std::vector<Json> out = items(r);
    for (Json& line : out) line["resource"]["kind"] = "t.thing";
    return out;
  });
  for (const char* name : {"a", "b"}) {
    auto object = world.objects.extract("t/t.item/" + std::string(name));
    object.key() = "t/t.thing/" + std::string(name);
    world.objects.insert(std::move(object));
  }
  world.log.clear();
  EXPECT_TRUE(apply(k_two).complete());
  EXPECT_TRUE(world.log.empty());
  EXPECT_EQ(store->find("t/t.thing/a")->kind, "t.thing");
}

TEST_F(EngineTest, EnvelopeReachesEveryResourceOfItsComponent) {
  const Expanded& expanded = engine("components:\n  t: {protect: true, on_delete: keep, items: {a: {}}}\n").expand();
  EXPECT_TRUE(expanded.resources[0].protect);
  EXPECT_EQ(expanded.resources[0].on_delete, "keep");
}

TEST_F(EngineTest, ProblemOfAResourceIsShownAtTheSettingThatItCameFrom) {
  add_plugin("t", {{"kinds", {{{"kind", "t.item"}, {"schema", {{"additionalProperties", true}}}}}}}, [](const Json& r) {
    std::vector<Json> out = items(r);
    out[0]["resource"]["setting"] = "/items/a";
    return out;
  });
  const auto inner = world.hook;
  world.hook = [inner](Function f, const Json& request, CallContext& context) -> std::optional<CallResult> {
    if (f != Function::apply) return inner(f, request, context);
    CallResult r{CallStatus::invalid, "", {}};
    Diagnostic& d = r.diagnostics.error("t.no", "it cannot be");
    if (request.at("address") == "t/t.item/a") d.path = "/size";
    return r;
  };
  Engine& e = engine("components:\n  t:\n    items:\n      a:\n        size: 1\n      b: {}\n");
  Plan plan = e.plan({});
  const RunResult result = e.apply(plan, "apply", events, {});
  ASSERT_EQ(result.problems.list().size(), 2u);
  std::map<std::string, Place> places;
  for (const Diagnostic& d : result.problems.list()) places[d.address] = d.place;
  EXPECT_EQ(places["t/t.item/a"].line, 7u) << "size";
  EXPECT_EQ(places["t/t.item/b"].line, 4u) << "its component's key";
}

TEST_F(EngineTest, SecretsCarryTheirVersionAndNeverTheirValue) {
  add_plugin("u", {{"settings", {{"properties", {{"token", {{"type", "string"}, {"x-dfx-secret", true}}}}}}}});
  engine("secrets: {s: {env: X}}\ncomponents: {u: {token: \"${secret.s}\"}}\n").expand();
  EXPECT_EQ(requests["u"]["settings"]["token"], parse_json(R"({"$dfx":{"secret":"stack/s","version":"v-of-stack/s"}})"));
}

TEST_F(EngineTest, ReferencesInsideDesiredAndConnectionAreEdges) {
  answer({{{"resource", {{"kind", "t.item"}, {"name", "x"}, {"desired", Json::object()}}}},
          {{"resource", {{"kind", "t.item"}, {"name", "y"}, {"desired", {{"v", {{"$dfx", {{"ref", "t/t.item/x"}, {"path", "/id"}}}}}}},
                         {"connection", {{"$dfx", {{"ref", "t/t.item/z"}}}}}, {"hosted_on", "t/t.item/x"}}}},
          {{"resource", {{"kind", "t.item"}, {"name", "z"}, {"desired", Json::object()}, {"needs", {"t/t.item/x"}}}}}});
  const Expanded& expanded = engine("components: {t: {}}\n").expand();
  EXPECT_EQ(expanded.resources[1].edges, (std::vector<Edge>{{"t/t.item/x", EdgeKind::hosted_on}, {"t/t.item/z", EdgeKind::needs}}));
  EXPECT_EQ(expanded.resources[2].edges, (std::vector<Edge>{{"t/t.item/x", EdgeKind::needs}}));
}

TEST_F(EngineTest, NamesAreEncodedInAddresses) {
  answer({{{"resource", {{"kind", "t.item"}, {"name", "a/b c"}, {"desired", Json::object()}}}}});
  EXPECT_EQ(addresses(engine("components: {t: {}}\n").expand())[0], "t/t.item/a%2Fb%20c");
}

class BadAnswer : public EngineTest, public testing::WithParamInterface<const char*> {};
INSTANTIATE_TEST_SUITE_P(All, BadAnswer,
                         testing::Values("nonsense", "[]", "{}", R"({"resource":1})", R"({"resource":{"kind":"t.item","desired":{}}})",
                                         R"({"resource":{"kind":"t.item","name":"a","desired":[]}})",
                                         R"({"resource":{"kind":"t.nothing","name":"a","desired":{}}})",
                                         R"({"resource":{"kind":"t.item","name":"a","desired":{},"needs":[7]}})",
                                         R"({"resource":{"kind":"t.item","name":"a","desired":{"$dfx":bad}}})",
                                         R"({"status":[]})", R"({"output":"x","value":{nope})"));

TEST_P(BadAnswer, IsAPluginsBugWithItsName) {
  answer({std::string(GetParam())});
  const Diagnostics found = problems("components:\n  t: {}\n");
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found.list()[0].code, "plugin.bad-answer");
  EXPECT_NE(found.list()[0].detail.find("plugin `t`"), std::string::npos);
  EXPECT_EQ(found.list()[0].place.line, 4u);
}

TEST_F(EngineTest, PromiseThatIsNotKeptIsNamed) {
  add_plugin("p", {{"provides", {"machines/1"}}});
  const Diagnostics found = problems("components:\n  p: {}\n");
  ASSERT_EQ(short_form(found), "engine.promise-broken 4:3");
  EXPECT_NE(found.list()[0].detail.find("machines/1"), std::string::npos);
}

class CapabilityTest : public EngineTest {
 protected:
  void SetUp() override {
    EngineTest::SetUp();
    std::filesystem::create_directories(x_dir / "capabilities");
    std::ofstream(x_dir / "capabilities" / "machines-1.json")
        << R"({"type":"object","additionalProperties":{"type":"object","required":["address"],"properties":{
             "address":{"type":"string"},"host":{"type":"string","x-dfx-known":true}}}})";
  }
  Diagnostics provided(const Json& value) {
    add_plugin("p", {{"provides", {"machines/1"}}}, [value](const Json&) { return std::vector<Json>{{{"provides", "machines/1"}, {"value", value}}}; });
    return problems("components:\n  p: {}\n");
  }
};

const Json k_late = {{"$dfx", {{"ref", "p/t.item/x"}, {"path", "/address"}}}};

TEST_F(CapabilityTest, ValueOfTheRightFormIsTakenAndMayComeLateWhereTheSchemaSaysSo) {
  EXPECT_EQ(short_form(provided({{"cp-a", {{"address", k_late}, {"host", "kkh"}}}})), "");
}

TEST_F(CapabilityTest, ValueOfAnotherFormIsThePluginsFault) {
  const Diagnostics found = provided({{"cp-a", {{"adress", "192.0.2.1"}}}});
  ASSERT_EQ(found.list().size(), 2u);
  EXPECT_EQ(found.list()[0].code, "engine.promise-broken");
  EXPECT_NE(found.list()[0].detail.find("/cp-a"), std::string::npos);
}

TEST_F(CapabilityTest, LateValueWhereItMustBeKnownIsThePluginsFault) {
  const Diagnostics found = provided({{"cp-a", {{"address", "192.0.2.1"}, {"host", k_late}}}});
  ASSERT_EQ(found.list().size(), 1u);
  EXPECT_NE(found.list()[0].detail.find("/cp-a/host: it must be known at plan"), std::string::npos);
}

TEST_F(CapabilityTest, FileThatIsNoSchemaIsNamed) {
  std::ofstream(x_dir / "capabilities" / "machines-1.json") << "{";
  const Diagnostics found = provided(Json::object());
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found.list()[0].code, "engine.bad-capability-schema");
}

TEST_F(EngineTest, ValueThatTheKindRefusesIsAnErrorOfThePlan) {
  add_plugin("t", {{"kinds", {{{"kind", "t.item"}, {"schema", {{"properties", {{"size", {{"type", "integer"}}}}}}}}}}}, items);
  const Plan plan = engine("components: {t: {items: {a: {size: big}}}}\n").plan({});
  ASSERT_TRUE(plan.problems.has_errors());
  EXPECT_EQ(plan.problems.list()[0].code, "schema.mismatch");
  EXPECT_NE(plan.problems.list()[0].detail.find("plugin `t`"), std::string::npos);
}

TEST_F(EngineTest, OutputsComeFromTheStateAndAreNullBeforeThereAreAny) {
  answer({{{"resource", {{"kind", "t.item"}, {"name", "x"}, {"desired", Json::object()}}}},
          {{"output", "id"}, {"value", {{"$dfx", {{"ref", "t/t.item/x"}, {"path", "/id"}}}}}}});
  EXPECT_EQ(engine("components: {t: {}}\n").outputs(), parse_json(R"({"t":{"id":null}})"));
  apply("components: {t: {}}\n");
  EXPECT_EQ(engine("components: {t: {}}\n").outputs(), parse_json(R"({"t":{"id":"id-of-t/t.item/x"}})"));
}

TEST_F(EngineTest, DestroyNeedsTheRowsOnly) {
  apply(k_two);
  Engine& e = engine("components: {gone: {plugin: nobody}}\n");
  Plan plan = e.plan({{}, true});
  EXPECT_TRUE(plan.destroy);
  EXPECT_EQ(e.apply(plan, "destroy", events, {}).removed, 2u);
  EXPECT_TRUE(world.objects.empty());
}

}  // namespace
}  // namespace dfx
