#include "cli/exit_code.hpp"

#include <gtest/gtest.h>

#include <set>

namespace dfx {
namespace {

Diagnostics problem(const std::string& code, Place place = {}) {
  Diagnostics out;
  out.error(code, "something", std::move(place));
  return out;
}

TEST(ExitCode, IsAPromiseThatNeverChanges) {
  const std::vector<std::pair<int, std::string>> promised = {
      {0, "ok"},         {1, "error"},        {2, "changes_pending"}, {3, "partly_applied"}, {4, "in_doubt"},    {5, "drift"},
      {6, "outside_plan"}, {7, "locked"},     {8, "invalid"},         {70, "bug"},           {130, "interrupted"}};
  std::vector<std::pair<int, std::string>> actual;
  for (ExitCode code : k_exit_codes) actual.emplace_back(static_cast<int>(code), to_string(code));
  EXPECT_EQ(actual, promised);
  std::set<std::string> meanings;
  for (ExitCode code : k_exit_codes) meanings.insert(explain(code));
  EXPECT_EQ(meanings.size(), k_exit_codes.size());
}

TEST(ExitCode, OfProblemsSaysWhoseTheyAre) {
  EXPECT_EQ(exit_code_of(problem("config.unknown-key")), ExitCode::invalid);
  EXPECT_EQ(exit_code_of(problem("usage.unknown-flag")), ExitCode::invalid);
  EXPECT_EQ(exit_code_of(problem("engine.no-provider")), ExitCode::invalid);
  EXPECT_EQ(exit_code_of(problem("plugin.not-installed")), ExitCode::invalid);
  EXPECT_EQ(exit_code_of(problem("lxd.bad-address", {"stack.yaml", 3, 1, 1})), ExitCode::invalid);
  EXPECT_EQ(exit_code_of(problem("plugin.truncated", {"stack.yaml", 3, 1, 1})), ExitCode::error);
  EXPECT_EQ(exit_code_of(problem("lxd.unreachable")), ExitCode::error);
  EXPECT_EQ(exit_code_of(problem("state.locked")), ExitCode::locked);
  EXPECT_EQ(exit_code_of(problem("internal.bug")), ExitCode::bug);
}

TEST(ExitCode, OfARunIsTheWorstThatApplies) {
  RunResult result;
  EXPECT_EQ(exit_code_of(result), ExitCode::ok);
  result.skipped = 1;
  EXPECT_EQ(exit_code_of(result), ExitCode::error) << "nothing was done";
  result.created = 1;
  EXPECT_EQ(exit_code_of(result), ExitCode::partly_applied);
  result.interrupted = true;
  EXPECT_EQ(exit_code_of(result), ExitCode::interrupted);
  result.outside = 1;
  EXPECT_EQ(exit_code_of(result), ExitCode::outside_plan);
  result.in_doubt = 1;
  EXPECT_EQ(exit_code_of(result), ExitCode::in_doubt);
}

Plan plan_with(Action action, const std::string& reason, LeafChange::Cause cause) {
  Plan plan;
  Operation o;
  o.action = action;
  o.reasons = {{reason, "words"}};
  if (action == Action::update) o.changes = {{"/memory", 1, 2, cause, false}};
  plan.operations.push_back(o);
  return plan;
}

TEST(ExitCode, OfAPlanTellsDriftFromChanges) {
  EXPECT_EQ(exit_code_of(Plan()), ExitCode::ok);
  EXPECT_EQ(exit_code_of(plan_with(Action::update, "config", LeafChange::Cause::config)), ExitCode::changes_pending);
  EXPECT_EQ(exit_code_of(plan_with(Action::update, "drift", LeafChange::Cause::drift)), ExitCode::drift);
  EXPECT_EQ(exit_code_of(plan_with(Action::create, "gone", LeafChange::Cause::drift)), ExitCode::drift);
  EXPECT_EQ(exit_code_of(plan_with(Action::create, "new", LeafChange::Cause::config)), ExitCode::changes_pending);
}

TEST(ExitCode, OfAPlanWithABlockedPartIsNeverThatAllIsWell) {
  Plan plan = plan_with(Action::none, "unreachable", LeafChange::Cause::drift);
  plan.operations[0].blocked = "https://192.168.0.12:8443: No route to host";
  EXPECT_EQ(exit_code_of(plan), ExitCode::error);
}

}  // namespace
}  // namespace dfx
