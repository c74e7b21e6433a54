#include "core/plan/compare.hpp"

#include <gtest/gtest.h>

namespace dfx {
namespace {

const Json k_secret = {{"$dfx", {{"secret", "stack/token"}, {"version", "1"}}}};
const Json k_unknown = {{"$dfx", {{"unknown", "c/t.item/x"}}}};

Kind kind(const Json& properties = Json::object()) {
  return kind_from_manifest("t", {{"kind", "t.item"}, {"schema", {{"properties", properties}}}});
}

std::string summary(const std::vector<LeafChange>& changes) {
  std::string out;
  for (const LeafChange& c : changes)
    out += c.path + " " + canonical(c.before) + " -> " + canonical(c.after) + " " + to_string(c.cause) + (c.immutable ? "!" : "") + "\n";
  return out;
}

std::string compared(const Json& desired, const Json& observed, const Json& applied, const Kind& k = kind()) {
  return summary(compare(k, desired, observed.is_discarded() ? nullptr : &observed, applied.is_discarded() ? nullptr : &applied));
}
const Json k_nothing = Json(Json::value_t::discarded);

TEST(Compare, EqualValuesAreNoChangeWhateverTheOrderOfKeys) {
  EXPECT_EQ(compared(parse_json(R"({"a":1,"b":{"c":[1,2]}})"), parse_json(R"({"b":{"c":[1,2]},"a":1})"), k_nothing), "");
}

TEST(Compare, NestedLeafIsNamedByItsPathWithEscapes) {
  EXPECT_EQ(compared({{"m", {{"a/b~c", 1}}}}, {{"m", {{"a/b~c", 2}}}}, {{"m", {{"a/b~c", 1}}}}), "/m/a~1b~0c 2 -> 1 drift\n");
}

TEST(Compare, ListIsOneLeaf) {
  EXPECT_EQ(compared({{"l", {1, 2}}}, {{"l", {1}}}, {{"l", {1}}}), "/l [1] -> [1,2] config\n");
}

TEST(Compare, LeafThatIsNotShownIsComparedWithWhatWasSentLast) {
  EXPECT_EQ(compared({{"w", 1}}, Json::object(), {{"w", 1}}), "");
  EXPECT_EQ(compared({{"w", 2}}, Json::object(), {{"w", 1}}), "/w 1 -> 2 config\n");
  EXPECT_EQ(compared({{"w", 2}}, Json::object(), k_nothing), "/w null -> 2 config\n");
}

TEST(Compare, KeyThatIsWantedNoMoreGoesUnlessItIsShownAsUnset) {
  EXPECT_EQ(compared(Json::object(), {{"a", 1}}, {{"a", 1}}), "/a 1 -> null config\n");
  EXPECT_EQ(compared(Json::object(), {{"a", nullptr}}, {{"a", 1}}), "");
  EXPECT_EQ(compared(Json::object(), Json::object(), {{"a", 1}}), "/a 1 -> null config\n") << "write-only: it must be taken away once";
  EXPECT_EQ(compared(Json::object(), {{"a", 1}}, Json::object()), "") << "what dfx never set is not its business";
}

TEST(Compare, NullIsTheSameAsNothing) {
  EXPECT_EQ(compared({{"a", nullptr}}, Json::object(), k_nothing), "");
  EXPECT_EQ(compared({{"a", nullptr}}, {{"a", 1}}, {{"a", nullptr}}), "/a 1 -> null drift\n");
}

TEST(Compare, UnknownLeafMayChange) {
  EXPECT_EQ(compared({{"a", k_unknown}, {"b", 1}}, {{"a", "old"}, {"b", 1}}, k_nothing),
            "/a \"old\" -> {\"$dfx\":{\"unknown\":\"c/t.item/x\"}} unknown\n");
}

TEST(Compare, SecretIsComparedByItsVersionAndNeverShown) {
  EXPECT_EQ(compared({{"t", k_secret}}, {{"t", "plain"}}, {{"t", k_secret}}), "");
  Json newer = k_secret;
  newer["$dfx"]["version"] = "2";
  const Kind k = kind({{"t", {{"x-dfx-secret", true}}}});
  const std::string text = compared({{"t", newer}}, {{"t", "plain"}}, {{"t", k_secret}}, k);
  EXPECT_NE(text.find("/t"), std::string::npos);
  EXPECT_EQ(text.find("plain"), std::string::npos) << text;
  EXPECT_EQ(compared(Json::object(), {{"t", "plain"}}, {{"t", k_secret}}, k).find("plain"), std::string::npos);
}

TEST(Compare, ImmutablePathsAndStarsMarkWhatReplaces) {
  const Kind k = kind({{"image", {{"x-dfx-immutable", true}}},
                       {"disks", {{"additionalProperties", {{"properties", {{"pool", {{"x-dfx-immutable", true}}}}}}}}}});
  EXPECT_EQ(compared({{"image", 2}}, {{"image", 1}}, k_nothing, k), "/image 1 -> 2 config!\n");
  EXPECT_EQ(compared({{"disks", {{"root", {{"pool", "b"}, {"size", 1}}}}}}, {{"disks", {{"root", {{"pool", "a"}, {"size", 2}}}}}}, k_nothing, k),
            "/disks/root/pool \"a\" -> \"b\" config!\n/disks/root/size 2 -> 1 config\n");
}

TEST(Compare, PatternCoversItselfAndWhatLiesBelow) {
  EXPECT_TRUE(covers("/a", "/a"));
  EXPECT_TRUE(covers("/a", "/a/b"));
  EXPECT_TRUE(covers("/*/b", "/x/b/c"));
  EXPECT_TRUE(covers("", "/anything"));
  EXPECT_FALSE(covers("/a/b", "/a"));
  EXPECT_FALSE(covers("/a", "/ab"));
}

}  // namespace
}  // namespace dfx
