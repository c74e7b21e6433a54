#include "core/model/json_check.hpp"

#include <gtest/gtest.h>

#include "core/model/diagnostics.hpp"
#include "core/model/json.hpp"

namespace dfx {
namespace {

bool parses(std::string_view text) {
  try {
    parse_json(text);
    return true;
  } catch (const Error&) {
    return false;
  }
}

const std::vector<std::string> k_texts = {
    "null", " true ", "false", "0", "-0", "-1", "01", "-", "1.", ".5", "1.5e+3", "1e", "1e999", "9223372036854775807",
    "18446744073709551615", "18446744073709551616", "-9223372036854775808", "-9223372036854775809", "nul", "truee", "",
    " ", "{}", "{ }", "[]", "[1,]", "[1 2]", "{,}", R"({"a":})", R"({"a":1,})", R"({"a" 1})", R"({a:1})", "{} {}", "}",
    R"("text")", R"("\n\t\"\\\/\b\f\r")", R"("\x")", R"("\u00e9")", R"("\u00g9")", R"("\ud83d\ude00")", R"("\ud83d")",
    R"("\ud83dx")", R"("\ude00")", R"("\ud83d\u0041")", "\"\x01\"", "\"tab\there\"", "\"\xc3\xa9\"", "\"\xc3\"",
    "\"\xc0\xaf\"", "\"\xe0\x80\xaf\"", "\"\xed\xa0\x80\"", "\"\xf0\x9f\x98\x80\"", "\"\xf5\x80\x80\x80\"",
    "\"\xf4\x90\x80\x80\"", "\"\x80\"", "\"open", R"("open\)", R"({"a":[{"b":"c"},[[]],-1.25e-2,null]})", "[[[", "]",
    std::string("\"\0\"", 3), std::string("1\0", 2)};

}  // namespace

TEST(JsonCheck, SaysTheSameAsTheParser) {
  for (const std::string& text : k_texts) {
    EXPECT_EQ(json_problem(text).empty(), parses(text)) << text << ": " << json_problem(text);
    for (std::size_t cut = 0; cut < text.size(); ++cut)
      EXPECT_EQ(json_problem(text.substr(0, cut)).empty(), parses(text.substr(0, cut))) << text << " cut at " << cut;
  }
}

TEST(JsonCheck, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(json_problem(R"({"a":tru})"), "syntax error at byte 5");
  EXPECT_EQ(json_problem("[1,"), "it ends too early at byte 3");
  EXPECT_EQ(json_problem("1 2"), "more text after the value at byte 2");
  EXPECT_EQ(json_problem("\"\xff\""), "bad UTF-8 at byte 1");
}

TEST(JsonCheck, NestingHasALimit) {
  const auto nested = [](int depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_EQ(json_problem(nested(8), 8), "");
  EXPECT_EQ(json_problem(nested(9), 8), "nested deeper than 8 at byte 8");
  EXPECT_NE(json_problem(std::string(1'000'000, '[')), "");
}

}  // namespace dfx
