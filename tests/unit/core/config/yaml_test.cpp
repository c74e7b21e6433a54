#include "core/config/yaml.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "tests/unit/core/config/problems.hpp"

namespace dfx {
namespace {

std::string problems_in(const std::string& text) {
  Diagnostics problems;
  parse_yaml(text, "stack.yaml", problems);
  return short_form(problems);
}

Node parsed(const std::string& text) {
  Diagnostics problems;
  Node node = parse_yaml(text, "stack.yaml", problems);
  EXPECT_EQ(short_form(problems), "");
  return node;
}

TEST(Yaml, EveryValueKnowsItsPlaceInCharacters) {
  const Node root = parsed("a: 1\nжук: {b: \"é x\"}\n");
  const Member* key = root.find("жук");
  ASSERT_NE(key, nullptr);
  const Member* b = key->value.find("b");
  ASSERT_NE(b, nullptr);
  EXPECT_EQ(b->key_spot.line, 2u);
  EXPECT_EQ(b->key_spot.column, 7u);
  EXPECT_EQ(b->value.place(), (Place{"stack.yaml", 2, 10, 5}));
  EXPECT_EQ(b->value.place_in_text(3, 1), (Place{"stack.yaml", 2, 13, 1})) << "offsets are bytes, columns characters";
}

TEST(Yaml, ByteOrderMarkAndCarriageReturnsAreDropped) {
  const Node root = parsed("\xEF\xBB\xBF" "a: x\r\nb: y\r\n");
  EXPECT_EQ(root.find("a")->value.text(), "x");
  EXPECT_EQ(root.find("b")->value.place().line, 2u);
}

TEST(Yaml, MistakesOfMeaningAreReportedTogether) {
  EXPECT_EQ(problems_in("a: 1\na: 2\n<<: {x: 1}\nb: !!int 3\n? [1]\n: x\n"),
            "config.duplicate-key 2:1 (1:1); config.merge-key 3:1; config.tag 4:4; config.bad-key 5:3");
}

TEST(Yaml, DuplicateKeyIsFoundInFlowStyleAndBetweenQuotedAndPlain) {
  EXPECT_EQ(problems_in("m: {a: 1, \"a\": 2}\n"), "config.duplicate-key 1:11 (1:5)");
}

struct Mistake {
  const char* name;
  const char* text;
  const char* problem;
};

class YamlMistake : public testing::TestWithParam<Mistake> {};
INSTANTIATE_TEST_SUITE_P(
    All, YamlMistake,
    testing::Values(Mistake{"unclosed_double", "a: 1\nb: \"never closed\nc: 2\n", "config.unclosed-quote 2:4"},
                    Mistake{"unclosed_single", "b: 'it''s open\nc: 2\n", "config.unclosed-quote 1:4"},
                    Mistake{"escaped_quote_is_no_end", "b: \"a \\\" b\nc: 2\n", "config.unclosed-quote 1:4"},
                    Mistake{"tab", "a:\n\tb: 1\n", "config.tab 2:1"},
                    Mistake{"tab_after_spaces", "a:\n  b: 1\n \tc: 2\n", "config.tab 3:2"},
                    Mistake{"missing_colon", "a: 1\nfoo\nb: 2\n", "config.yaml-syntax 3:2"},
                    Mistake{"missing_colon_at_end", "a: 1\nfoo\n", "config.missing-colon 2:1"},
                    Mistake{"missing_colon_in_flow", "m: {a: 1, b}\n", "config.missing-colon 1:11"},
                    Mistake{"second_document", "a: 1\n---\nb: 2\n", "config.second-document 2:1"},
                    Mistake{"self_alias", "a: &x {b: *x}\n", "config.recursive-alias 1:11"},
                    Mistake{"unknown_alias", "a: *nobody\n", "config.yaml-syntax 1:4"},
                    Mistake{"open_list", "a: [1, 2\nb: 3\n", "config.yaml-syntax 2:2"},
                    Mistake{"bad_utf8", "a: \"x\xFF\"\n", "config.not-text 1:6"},
                    Mistake{"overlong_utf8", "a: \xC0\xAF\n", "config.not-text 1:4"},
                    Mistake{"surrogate", "a: \xED\xA0\x80\n", "config.not-text 1:4"},
                    Mistake{"bell", "a: x\nb: \x07\n", "config.not-text 2:4"},
                    Mistake{"turned_direction", "a: \xE2\x80\xAEx\n", "config.not-text 1:4"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST_P(YamlMistake, IsPlacedWhereItIs) { EXPECT_EQ(problems_in(GetParam().text), GetParam().problem); }

TEST(Yaml, TabsInsideTextsAreText) {
  EXPECT_EQ(parsed("a: |\n  one\n  \ttwo\nb: \"x\ty\"\n").find("a")->value.text(), "one\n\ttwo\n");
}

TEST(Yaml, KeyWithoutAValueIsNoMistake) {
  EXPECT_EQ(parsed("a:\nm: {b: , c: }\nl:\n  - x:\n    y: 1\n").members().size(), 3u);
}

TEST(Yaml, QuotesAndNullsAreKept) {
  const Node root = parsed("a: \"no\"\nb: no\nc: ~\nd:\ne: ''\n");
  EXPECT_TRUE(root.find("a")->value.quoted());
  EXPECT_FALSE(root.find("b")->value.quoted());
  EXPECT_TRUE(root.find("c")->value.is_null());
  EXPECT_TRUE(root.find("d")->value.is_null());
  EXPECT_TRUE(root.find("e")->value.is_scalar());
}

TEST(Yaml, AliasesAreSharedAndCountedAsIfWrittenOut) {
  const Node root = parsed("base: &b {x: 1, y: 2}\none: *b\ntwo: *b\n");
  EXPECT_EQ(root.find("two")->value.find("y")->value.text(), "2");
  EXPECT_EQ(root.values(), 1u + 3 * 3);
}

TEST(Yaml, AliasBombIsRefusedBeforeItGoesOff) {
  std::string text = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 10; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int k = 1; k < 10; ++k) text += "," + before;
    text += "]\n";
  }
  EXPECT_EQ(problems_in(text).substr(0, 16), "config.too-large");
}

TEST(Yaml, DepthIsLimited) {
  std::string text = "a: ";
  for (int i = 0; i < 100'000; ++i) text += '[';
  EXPECT_EQ(problems_in(text).substr(0, 15), "config.too-deep");
}

TEST(Yaml, ManyMachinesFitAndOneLongLineIsReadInLinearTime) {
  std::string block = "machines:\n", flow = "list: [";
  for (int i = 0; i < 2'000; ++i) block += "  m" + std::to_string(i) + ": {host: kkh, cpu: 2, memory: 4GiB, address: 192.0.2.1/24}\n";
  for (int i = 0; i < 20'000; ++i) flow += "value,";
  EXPECT_EQ(parsed(block).find("machines")->value.members().size(), 2'000u);
  EXPECT_EQ(parsed(flow + "x]\n").find("list")->value.items().size(), 20'001u);
}

TEST(Yaml, TooLargeAFileIsRefusedUnread) {
  EXPECT_EQ(problems_in(std::string(YamlLimits::k_file_bytes + 1, 'x')), "config.too-large 1:1");
}

}  // namespace
}  // namespace dfx
