#include "cli/render/outcome.hpp"

#include <gtest/gtest.h>

namespace dfx {
namespace {

TEST(OutcomeText, NamesOnlyWhatHappened) {
  RunResult result;
  EXPECT_EQ(outcome_text(result), "nothing");
  result.created = 20;
  result.removed = 1;
  result.waiting = 5;
  result.failed = 2;
  result.skipped = 3;
  EXPECT_EQ(outcome_text(result), "20 created, 1 deleted, 5 not ready yet, 2 failed, 3 not started");
}

TEST(OutcomeJson, HasEveryCountUnderTheWordsOfThePlan) {
  RunResult result;
  result.adopted = 1;
  const Json json = to_json(result, std::chrono::milliseconds(3021));
  EXPECT_EQ(json["counts"], (Json{{"created", 0}, {"updated", 0}, {"replaced", 0}, {"deleted", 0}, {"forgotten", 0}, {"adopted", 1}}));
  EXPECT_EQ(json["elapsed_ms"], 3021);
  EXPECT_EQ(json["interrupted"], false);
}

TEST(Flatten, NamesEachLeafByItsPath) {
  const Json outputs = {{"lxd", {{"machines", {{"a", {{"address", "10.0.0.5"}}}, {"b", {{"address", nullptr}}}}}}}};
  const std::vector<std::pair<std::string, std::string>> expected = {{"lxd.machines.a.address", "10.0.0.5"},
                                                                     {"lxd.machines.b.address", "(none)"}};
  EXPECT_EQ(flatten(outputs), expected);
  EXPECT_TRUE(flatten(Json::object()).empty());
}

TEST(Flatten, KeepsSecretsSealed) {
  const auto leaves = flatten({{"token", {{"$dfx", {{"secret", "a#1"}}}}}});
  ASSERT_EQ(leaves.size(), 1u);
  EXPECT_EQ(leaves.front().second, "(secret)");
}

}  // namespace
}  // namespace dfx
