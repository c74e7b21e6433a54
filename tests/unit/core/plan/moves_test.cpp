#include "core/plan/moves.hpp"

#include <gtest/gtest.h>

namespace dfx {
namespace {

Record row(const std::string& address) {
  Record r;
  r.address = address;
  r.component = address.substr(0, address.find('/'));
  r.desired = r.outputs = "{}";
  return r;
}

Plan plan_of(std::vector<Record> records) {
  Plan plan;
  plan.records = std::move(records);
  return plan;
}

TEST(Moves, RowItsUsersAndItsSecretsFollow) {
  Plan plan = plan_of({row("c/t.item/a"), row("c/t.item/user"), row("c/t.item/other")});
  plan.records[0].outputs = R"({"key":{"$dfx":{"secret":"c/t.item/a#1"}}})";
  plan.records[1].edges = {{"c/t.item/a", EdgeKind::hosted_on}};
  plan.records[1].desired = R"({"from":{"$dfx":{"ref":"c/t.item/a","path":"/id"}}})";
  plan.records[1].applied = R"({"key":{"$dfx":{"secret":"c/t.item/a#1"}},"text":"c/t.item/ab"})";
  move_records(plan, {{"c/t.item/a", "c/t.item/b"}}, {});
  EXPECT_EQ(plan.records[0].address, "c/t.item/b");
  EXPECT_EQ(plan.records[0].outputs, R"({"key":{"$dfx":{"secret":"c/t.item/b#1"}}})");
  EXPECT_EQ(plan.records[1].edges[0].to, "c/t.item/b");
  EXPECT_EQ(plan.records[1].desired, R"({"from":{"$dfx":{"ref":"c/t.item/b","path":"/id"}}})");
  EXPECT_EQ(plan.records[1].applied, R"({"key":{"$dfx":{"secret":"c/t.item/b#1"}},"text":"c/t.item/ab"})");
  EXPECT_EQ(plan.rewritten, (std::vector<bool>{true, true, false}));
  ASSERT_EQ(plan.moves.size(), 1u);
  EXPECT_EQ(plan.moves[0].from, "c/t.item/a");
}

TEST(Moves, ComponentTakesAllOfItsRowsAlongAndNoOthers) {
  Plan plan = plan_of({row("k3s/k.node/a"), row("k3s-b/k.node/a")});
  move_records(plan, {{"k3s", "cluster"}}, {});
  EXPECT_EQ(plan.records[0].address, "cluster/k.node/a");
  EXPECT_EQ(plan.records[0].component, "cluster");
  EXPECT_EQ(plan.records[1].address, "k3s-b/k.node/a");
}

TEST(Moves, HistoryIsFollowedInItsOrder) {
  Plan plan = plan_of({row("c/t.item/a")});
  move_records(plan, {{"c/t.item/a", "c/t.item/b"}, {"c/t.item/b", "d/t.item/x"}}, {});
  EXPECT_EQ(plan.records[0].address, "d/t.item/x");
  EXPECT_EQ(plan.records[0].component, "d");
}

TEST(Moves, KindWithANewNameKeepsItsRows) {
  Plan plan = plan_of({row("c/t.old/a")});
  move_records(plan, {}, {{"t.old", "t.item"}});
  EXPECT_EQ(plan.records[0].address, "c/t.item/a");
  EXPECT_EQ(plan.records[0].kind, "t.item");
}

TEST(Moves, RowThatWouldLandOnAnotherIsRefused) {
  Plan plan = plan_of({row("c/t.item/a"), row("c/t.item/b")});
  try {
    move_records(plan, {{"c/t.item/a", "c/t.item/b"}}, {});
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.diagnostics().list()[0].code, "plan.move-collides");
  }
}

TEST(Moves, MoveThatHasHappenedAlreadyDoesNothing) {
  Plan plan = plan_of({row("c/t.item/b")});
  move_records(plan, {{"c/t.item/a", "c/t.item/b"}}, {});
  EXPECT_TRUE(plan.moves.empty());
  EXPECT_TRUE(plan.rewritten.empty());
}

}  // namespace
}  // namespace dfx
