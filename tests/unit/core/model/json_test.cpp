#include "core/model/json.hpp"

#include <gtest/gtest.h>

#include "core/model/diagnostics.hpp"
#include "core/model/resource.hpp"

namespace dfx {
namespace {

std::string problem_of(std::string_view text, JsonLimits limits = {}) {
  try {
    parse_json(text, limits);
  } catch (const Error& e) {
    return e.diagnostics().list().front().detail;
  }
  return "accepted";
}

}  // namespace

TEST(Json, CanonicalSortsKeysAndDropsSpace) {
  EXPECT_EQ(canonical(parse_json(R"({ "b": 1, "a": [true, null] })")), R"({"a":[true,null],"b":1})");
}

TEST(Json, RefusesWhatItsLibraryWouldAccept) {
  EXPECT_EQ(problem_of(R"({"a":1,"a":2})"), "a key stands twice in one object");
  EXPECT_EQ(problem_of("18446744073709551616"), "an integer does not fit into 64 bits");
}

TEST(Json, RefusesDeepAndLargeInput) {
  const std::string deep = std::string(129, '[') + std::string(129, ']');
  EXPECT_EQ(problem_of(deep), "nested deeper than 128");
  EXPECT_EQ(problem_of("[1,2,3]", {.max_bytes = 3}), "7 bytes are more than the limit of 3");
}

TEST(Json, SyntaxErrorsGiveThePlaceAndNeverTheText) {
  for (const char* bad : {"{\"password\": hunter2", "[1,]", "\"\xff\"", "1 2", ""}) {
    const std::string problem = problem_of(bad);
    EXPECT_NE(problem.find("syntax error at byte"), std::string::npos) << bad << ": " << problem;
    EXPECT_EQ(problem.find("hunter2"), std::string::npos);
  }
}

TEST(References, AreFoundAnywhereButInsideTexts) {
  EXPECT_EQ(references_in(R"({"a":{"$dfx":{"ref":"c/k/x","path":"/p"}},"b":[{"$dfx" : {"concat":["y",{"$dfx":{"ref":"c/k/y"}}]}}]})"),
            (std::vector<std::string>{"c/k/x", "c/k/y"}));
  EXPECT_TRUE(references_in(R"({"a":"{\"$dfx\":{\"ref\":\"c/k/x\"}}","b":"$dfx","c":{"$dfx":{"secret":"s"}}})").empty());
  EXPECT_THROW(references_in(R"({"$dfx":nonsense})"), Error);
}

}  // namespace dfx
