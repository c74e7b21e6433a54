#include "core/plan/decide.hpp"

#include <gtest/gtest.h>

#include <map>

namespace dfx {
namespace {

using Result = Observation::Result;
using Owner = Observation::Owner;

const Kind& item_kind() {
  static const Kind kind = kind_from_manifest(
      "t", {{"kind", "t.item"}, {"schema", {{"properties", {{"image", {{"x-dfx-immutable", true}}}, {"seed", {{"x-dfx-create-only", true}}}}}}}});
  return kind;
}

Record row(RecordStatus status = RecordStatus::ok, const Json& applied = {{"size", 1}}) {
  Record r;
  r.address = "c/t.item/a";
  r.desired = canonical(applied);
  r.status = status;
  return r;
}

Observation seen(Result result, const Json& observed = {{"size", 1}}, Owner owner = Owner::mine) {
  Observation o;
  o.result = result;
  o.owner = owner;
  if (result == Result::present || result == Result::partial) o.observed = canonical(observed);
  return o;
}

Decision decided(const Json& desired, const Record* record, const Observation& what, const Policy& policy = {}) {
  return decide(item_kind(), "c/t.item/a", desired, record, what, policy);
}

std::string code_of(const Decision& d) { return d.problem ? d.problem->code : ""; }
std::string last_reason(const Decision& d) { return d.reasons.empty() ? "" : d.reasons.back().code; }

// The table of docs/lifecycle.md for what is wanted.
TEST(Decide, EveryCellOfTheTableForWhatIsWanted) {
  struct Cell {
    std::optional<RecordStatus> record;
    Result result;
    Owner owner;
    Action action;
    const char* reason;  // the last one
    const char* problem;
  };
  const Json desired = {{"size", 1}};
  const std::vector<Cell> cells = {
      {std::nullopt, Result::absent, Owner::mine, Action::create, "new", ""},
      {std::nullopt, Result::unread, Owner::mine, Action::create, "new", ""},
      {std::nullopt, Result::present, Owner::mine, Action::adopt, "adopt", ""},
      {std::nullopt, Result::partial, Owner::mine, Action::create, "partial", ""},
      {std::nullopt, Result::present, Owner::foreign, Action::none, "", "plan.foreign-object"},
      {std::nullopt, Result::present, Owner::other, Action::none, "", "plan.owned-by-another"},
      {RecordStatus::ok, Result::present, Owner::mine, Action::none, "", ""},
      {RecordStatus::ok, Result::absent, Owner::mine, Action::create, "gone", ""},
      {RecordStatus::ok, Result::partial, Owner::mine, Action::update, "partial", ""},
      {RecordStatus::ok, Result::present, Owner::foreign, Action::none, "", "plan.foreign-object"},
      {RecordStatus::ok, Result::present, Owner::other, Action::none, "", "plan.owned-by-another"},
      {RecordStatus::creating, Result::absent, Owner::mine, Action::create, "resume", ""},
      {RecordStatus::creating, Result::partial, Owner::mine, Action::create, "partial", ""},
      {RecordStatus::creating, Result::present, Owner::mine, Action::none, "", ""},
      {RecordStatus::updating, Result::present, Owner::mine, Action::none, "", ""},
      {RecordStatus::updating, Result::absent, Owner::mine, Action::create, "gone", ""},
      {RecordStatus::deleting, Result::absent, Owner::mine, Action::create, "new", ""},
      {RecordStatus::deleting, Result::partial, Owner::mine, Action::replace, "partial", ""},
      {RecordStatus::deleting, Result::present, Owner::mine, Action::none, "", ""},
      {RecordStatus::waiting, Result::present, Owner::mine, Action::none, "wait", ""},
      {RecordStatus::waiting, Result::absent, Owner::mine, Action::create, "gone", ""},
  };
  for (const Cell& cell : cells) {
    SCOPED_TRACE(std::string(cell.record ? to_string(*cell.record) : "no row") + ", result " +
                 std::to_string(static_cast<int>(cell.result)) + ", owner " + std::to_string(static_cast<int>(cell.owner)));
    const Record record = row(cell.record.value_or(RecordStatus::ok));
    const Decision d = decided(desired, cell.record ? &record : nullptr, seen(cell.result, desired, cell.owner));
    EXPECT_STREQ(to_string(d.action), to_string(cell.action));
    EXPECT_EQ(last_reason(d), cell.reason);
    EXPECT_EQ(code_of(d), cell.problem);
    EXPECT_EQ(d.resumes, cell.action == Action::create && cell.result == Result::partial ? true : d.resumes);
  }
}

TEST(Decide, UnreachableBlocksAndIsNeverTakenForAbsent) {
  const Record record = row();
  for (const Record* r : {static_cast<const Record*>(nullptr), &record}) {
    const Decision d = decided({{"size", 2}}, r, seen(Result::unreachable));
    EXPECT_STREQ(to_string(d.action), "none");
    EXPECT_FALSE(d.blocked.empty());
  }
}

TEST(Decide, ChangeOfTheStackAndDriftAreToldApart) {
  const Record record = row(RecordStatus::ok, {{"size", 1}, {"name", "x"}});
  const Decision d = decided({{"size", 2}, {"name", "x"}}, &record, seen(Result::present, {{"size", 1}, {"name", "edited"}}));
  ASSERT_EQ(d.changes.size(), 2u);
  EXPECT_EQ(d.changes[0].path, "/name");
  EXPECT_EQ(d.changes[0].cause, LeafChange::Cause::drift);
  EXPECT_EQ(d.changes[1].cause, LeafChange::Cause::config);
  EXPECT_STREQ(to_string(d.action), "update");
}

TEST(Decide, ImmutableChangeReplacesAndCreateOnlyChangeIsNone) {
  const Record record = row(RecordStatus::ok, {{"image", "v1"}, {"seed", 1}});
  const Observation there = seen(Result::present, {{"image", "v1"}, {"seed", 1}});
  EXPECT_STREQ(to_string(decided({{"image", "v2"}, {"seed", 1}}, &record, there).action), "replace");
  EXPECT_STREQ(to_string(decided({{"image", "v1"}, {"seed", 2}}, &record, there).action), "none");
}

TEST(Decide, IgnoredPathNeverDiffers) {
  const Record record = row();
  Policy policy;
  policy.ignore = {"/size"};
  EXPECT_STREQ(to_string(decided({{"size", 5}}, &record, seen(Result::present), policy).action), "none");
}

TEST(Decide, AdoptionIsAskedForByAddressOrForcedByTheComponent) {
  const Observation there = seen(Result::present, {{"size", 9}}, Owner::foreign);
  Policy named;
  named.adopt = "old";
  const Decision asked = decided({{"size", 1}}, nullptr, there, named);
  EXPECT_STREQ(to_string(asked.action), "adopt");
  EXPECT_FALSE(asked.forced);
  EXPECT_EQ(asked.changes.size(), 1u) << "the plan shows what it would change";
  Policy take;
  take.on_conflict = "take";
  EXPECT_TRUE(decided({{"size", 1}}, nullptr, there, take).forced);
  Policy yield;
  yield.on_conflict = "yield";
  const Decision left = decided({{"size", 1}}, nullptr, there, yield);
  EXPECT_STREQ(to_string(left.action), "none");
  EXPECT_FALSE(left.problem);
}

TEST(Decide, ObjectThatWouldHaveToBeMadeAnewIsNotAdopted) {
  Policy named;
  named.adopt = "old";
  const Decision d = decided({{"image", "v2"}}, nullptr, seen(Result::present, {{"image", "v1"}}, Owner::foreign), named);
  EXPECT_EQ(code_of(d), "plan.cannot-adopt");
}

TEST(Decide, NobodyTakesAnObjectOfAnotherEnvironmentWhateverIsAskedFor) {
  Policy policy;
  policy.adopt = "old";
  policy.on_conflict = "take";
  EXPECT_EQ(code_of(decided({{"size", 1}}, nullptr, seen(Result::present, {{"size", 1}}, Owner::other), policy)), "plan.owned-by-another");
}

TEST(Decide, ProtectedResourceIsNotReplacedWhateverTheReason) {
  const Record record = row(RecordStatus::ok, {{"image", "v1"}});
  const Observation there = seen(Result::present, {{"image", "v1"}});
  Policy protect;
  protect.protect = true;
  EXPECT_EQ(code_of(decided({{"image", "v2"}}, &record, there, protect)), "plan.protected");
  Policy asked = protect;
  asked.replace_asked = true;
  EXPECT_EQ(code_of(decided({{"image", "v1"}}, &record, there, asked)), "plan.protected");
  Policy parent = protect;
  parent.parent_replaced = "c/t.item/host";
  EXPECT_EQ(code_of(decided({{"image", "v1"}}, &record, there, parent)), "plan.protected");
  EXPECT_EQ(code_of(decided({{"image", "v1"}}, &record, there, protect)), "");
}

TEST(Decide, ChildOfAHostThatIsMadeAnewFollowsEvenIfItCannotBeReached) {
  const Record record = row();
  Policy hosted;
  hosted.parent_replaced = "c/t.item/host";
  const Decision d = decided({{"size", 1}}, &record, seen(Result::unreachable), hosted);
  EXPECT_STREQ(to_string(d.action), "replace");
  EXPECT_TRUE(d.blocked.empty());
  EXPECT_FALSE(d.implied);
  Policy contained = hosted;
  contained.contained = true;
  EXPECT_TRUE(decided({{"size", 1}}, &record, seen(Result::present), contained).implied);
  EXPECT_STREQ(to_string(decided({{"size", 1}}, &record, seen(Result::absent), hosted).action), "create");
  EXPECT_STREQ(to_string(decided({{"size", 1}}, nullptr, seen(Result::unreachable), hosted).action), "none");
}

TEST(DecideRemoval, EveryCellOfTheTableForWhatIsNotWanted) {
  const Reason why{"removed", "no longer in the stack"};
  const auto action = [&](const Record& record, const Observation& what) { return std::string(to_string(decide_removal(record, what, why).action)); };
  EXPECT_EQ(action(row(), seen(Result::present)), "delete");
  EXPECT_EQ(action(row(), seen(Result::partial)), "delete");
  EXPECT_EQ(action(row(), seen(Result::absent)), "forget");
  EXPECT_EQ(action(row(), seen(Result::present, {}, Owner::other)), "forget");
  EXPECT_EQ(action(row(), seen(Result::present, {}, Owner::foreign)), "forget");
  EXPECT_FALSE(decide_removal(row(), seen(Result::unreachable), why).blocked.empty());
  Record kept = row();
  kept.on_delete = "keep";
  EXPECT_EQ(action(kept, seen(Result::present)), "forget");
  EXPECT_EQ(action(kept, seen(Result::unreachable)), "forget");
  Record guarded = row();
  guarded.protect = true;
  EXPECT_EQ(code_of(decide_removal(guarded, seen(Result::present), why)), "plan.protected");
  EXPECT_EQ(code_of(decide_removal(guarded, seen(Result::unreachable), why)), "plan.protected");
  EXPECT_EQ(code_of(decide_removal(guarded, seen(Result::absent), why)), "") << "what is gone needs no guard";
}

// --- the approval envelope -----------------------------------------------------------------------------------------

TEST(WithinApproval, EveryPairOfActions) {
  const std::vector<Action> all = {Action::none, Action::create, Action::update, Action::replace, Action::remove, Action::forget, Action::adopt};
  // What may be done instead of what was approved; `none` and the same are always among it.
  const std::map<Action, std::vector<Action>> less = {
      {Action::replace, {Action::create, Action::update}},
      {Action::create, {Action::update, Action::adopt}},
      {Action::adopt, {Action::update}},
      {Action::remove, {Action::forget}},
  };
  for (Action planned : all) {
    for (Action actual : all) {
      SCOPED_TRACE(std::string(to_string(planned)) + " -> " + to_string(actual));
      const auto found = less.find(planned);
      const bool listed = found != less.end() && std::find(found->second.begin(), found->second.end(), actual) != found->second.end();
      Operation operation;
      operation.action = planned;
      Decision decision;
      decision.action = actual;
      EXPECT_EQ(within_approval(operation, decision), planned == actual || actual == Action::none || listed);
      decision.problem = Diagnostic();
      EXPECT_FALSE(within_approval(operation, decision)) << "a problem is never approved";
      decision.problem.reset();
      decision.blocked = "down";
      EXPECT_FALSE(within_approval(operation, decision)) << "nothing is done to what cannot be reached";
    }
  }
}

TEST(WithinApproval, ForcedTakeOverMustHaveBeenShown) {
  Decision forced;
  forced.action = Action::adopt;
  forced.forced = true;
  Operation create;
  create.action = Action::create;
  EXPECT_FALSE(within_approval(create, forced));
  Operation adopt;
  adopt.action = Action::adopt;
  EXPECT_TRUE(within_approval(adopt, forced));
}

}  // namespace
}  // namespace dfx
