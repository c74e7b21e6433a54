#include <gtest/gtest.h>

#include "core/config/schema.hpp"
#include "core/config/yaml.hpp"
#include "tests/unit/core/config/problems.hpp"

namespace dfx {
namespace {

Json typed(const std::string& yaml, const Json& schema, Diagnostics& problems, ConvertOptions options = {}) {
  return convert(parse_yaml(yaml, "stack.yaml", problems), schema, options, problems);
}

// {"type": T} under the key `v`.
std::string outcome(const std::string& value, const Json& rule) {
  Diagnostics problems;
  const Json out = typed("v: " + value + "\n", {{"type", "object"}, {"properties", {{"v", rule}}}}, problems);
  return problems.has_errors() ? problems.list()[0].code : canonical(out["v"]);
}

// The documented table: what each spelling is, for each type that a schema can ask for.
TEST(Convert, TypesComeFromTheSchemaAndNeverFromAGuess) {
  struct Row {
    const char* written;
    const char* as_text;
    const char* as_boolean;
    const char* as_integer;
    const char* as_anything;
  };
  const char* wrong = "config.wrong-type";
  const std::vector<Row> rows = {
      {"no", "\"no\"", wrong, wrong, "\"no\""},
      {"yes", "\"yes\"", wrong, wrong, "\"yes\""},
      {"true", "\"true\"", "true", wrong, "true"},
      {"\"true\"", "\"true\"", wrong, wrong, "\"true\""},
      {"1.10", "\"1.10\"", wrong, wrong, "1.1"},
      {"0123", "\"0123\"", wrong, wrong, "\"0123\""},
      {"0x1f", "\"0x1f\"", wrong, wrong, "\"0x1f\""},
      {"12:30", "\"12:30\"", wrong, wrong, "\"12:30\""},
      {"-7", "\"-7\"", wrong, "-7", "-7"},
      {"+7", "\"+7\"", wrong, wrong, "\"+7\""},
      {"1_000", "\"1_000\"", wrong, wrong, "\"1_000\""},
      {"1e3", "\"1e3\"", wrong, wrong, "1000.0"},
      {"\"5\"", "\"5\"", wrong, wrong, "\"5\""},
      {"99999999999999999999", "\"99999999999999999999\"", wrong, wrong, "1e+20"},
      {"~", wrong, wrong, wrong, "null"},
      {"''", "\"\"", wrong, wrong, "\"\""},
      {"", wrong, wrong, wrong, "null"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.written);
    EXPECT_EQ(outcome(row.written, {{"type", "string"}}), row.as_text);
    EXPECT_EQ(outcome(row.written, {{"type", "boolean"}}), row.as_boolean);
    EXPECT_EQ(outcome(row.written, {{"type", "integer"}}), row.as_integer);
    EXPECT_EQ(outcome(row.written, Json::object()), row.as_anything);
  }
}

TEST(Convert, FormatsHaveTheirOwnWords) {
  const auto is = [](const char* format, const char* value) { return outcome(value, {{"type", "string"}, {"x-dfx-type", format}}) == canonical(Json(value)); };
  EXPECT_TRUE(is("size", "4GiB"));
  EXPECT_FALSE(is("size", "4 gigs"));
  EXPECT_TRUE(is("duration", "1h30m"));
  EXPECT_FALSE(is("duration", "90"));
  EXPECT_TRUE(is("ip", "192.0.2.1"));
  EXPECT_TRUE(is("ip", "2001:db8::1"));
  EXPECT_FALSE(is("ip", "192.0.2.256"));
  EXPECT_TRUE(is("cidr", "192.0.2.0/24"));
  EXPECT_FALSE(is("cidr", "192.0.2.0/33"));
  EXPECT_TRUE(is("label", "cp-a"));
  EXPECT_FALSE(is("label", "CP_a"));
  EXPECT_TRUE(is("url", "https://192.0.2.10:8443"));
  EXPECT_FALSE(is("url", "192.0.2.10"));
}

TEST(Convert, LimitsAndListsOfWordsSayWhatIsAllowed) {
  EXPECT_EQ(outcome("5", {{"type", "integer"}, {"minimum", 1}, {"maximum", 4}}), "config.bad-value");
  EXPECT_EQ(outcome("[1]", {{"type", "array"}, {"items", {{"type", "integer"}}}, {"minItems", 2}}), "config.bad-value");
  Diagnostics problems;
  typed("v: containr\n", {{"properties", {{"v", {{"type", "string"}, {"enum", {"container", "virtual-machine"}}}}}}}, problems);
  ASSERT_EQ(problems.list().size(), 1u);
  EXPECT_EQ(problems.list()[0].help, "did you mean `container`?");
  EXPECT_NE(problems.list()[0].detail.find("virtual-machine"), std::string::npos);
}

TEST(Convert, UnknownKeySuggestsTheNearestOne) {
  Diagnostics problems;
  typed("memroy: 4GiB\nxyz: 1\n", {{"properties", {{"memory", {{"type", "string"}}}, {"cpu", {{"type", "integer"}}}}}}, problems);
  EXPECT_EQ(short_form(problems), "config.unknown-key 1:1; config.unknown-key 2:1");
  EXPECT_EQ(problems.list()[0].help, "did you mean `memory`?");
  EXPECT_EQ(problems.list()[1].help, "known keys: cpu, memory");
}

// Every key of a schema, misspelt in three ways.
TEST(Convert, TyposOfEveryKeyGetTheRightSuggestion) {
  std::size_t tried = 0, right = 0;
  const auto& keys = envelope_keys();
  for (const std::string& key : keys) {
    std::string swapped = key, doubled = key, dropped = key;
    std::swap(swapped[1], swapped[2]);
    doubled.insert(1, 1, key[1]);
    dropped.erase(key.size() / 2, 1);
    for (const std::string& typo : {swapped, doubled, dropped}) {
      if (std::find(keys.begin(), keys.end(), typo) != keys.end()) continue;
      Diagnostics problems;
      typed(typo + ": x\n", envelope_schema(), problems);
      ++tried;
      right += !problems.empty() && problems.list()[0].help == "did you mean `" + key + "`?" ? 1 : 0;
    }
  }
  EXPECT_GE(right * 100, tried * 95) << right << " of " << tried;
}

TEST(Convert, DefaultsAreFilledAndMissingKeysNamed) {
  Diagnostics problems;
  const Json schema = {{"properties", {{"a", {{"type", "integer"}, {"default", 7}}}, {"b", {{"type", "string"}, {"description", "what b is"}}}}}, {"required", {"b"}}};
  const Json out = typed("{}\n", schema, problems);
  EXPECT_EQ(out["a"], 7);
  ASSERT_EQ(short_form(problems), "config.missing-key 1:1");
  EXPECT_EQ(problems.list()[0].help, "what b is");
}

TEST(Convert, AlternativeThatIsNearestSpeaks) {
  const auto only = [](const char* key) { return Json{{"type", "object"}, {"properties", {{key, {{"type", "string"}}}}}, {"required", {key}}}; };
  const Json schema = {{"oneOf", {only("env"), only("file"), only("command")}}};
  Diagnostics problems;
  typed("fiel: ~/.key\n", schema, problems);
  EXPECT_EQ(problems.list()[0].help, "did you mean `file`?");
}

const Json k_settings = {{"properties", {{"name", {{"type", "string"}}},
                                         {"count", {{"type", "integer"}, {"x-dfx-known", true}}},
                                         {"token", {{"type", "string"}, {"x-dfx-secret", true}}}}}};

ConvertOptions references() {
  ConvertOptions options;
  options.components = {{"k3s", true}, {"old", false}};
  options.secrets = {"cloudflare"};
  return options;
}

Json converted(const std::string& yaml, Diagnostics& problems) { return typed(yaml, k_settings, problems, references()); }

TEST(Convert, ReferencesBecomeNodesAloneAndInsideTexts) {
  Diagnostics problems;
  EXPECT_EQ(converted("name: ${k3s.endpoint.address}\n", problems)["name"], parse_json(R"({"$dfx":{"output":"k3s","path":"/endpoint/address"}})"));
  EXPECT_EQ(converted("name: ${k3s.url}/x\n", problems)["name"], parse_json(R"({"$dfx":{"concat":[{"$dfx":{"output":"k3s","path":"/url"}},"/x"]}})"));
  EXPECT_EQ(converted("token: ${secret.cloudflare}\n", problems)["token"], parse_json(R"({"$dfx":{"secret":"stack/cloudflare"}})"));
  EXPECT_EQ(converted("name: $${not.one}\n", problems)["name"], "${not.one}");
  EXPECT_EQ(short_form(problems), "");
}

struct BadReference {
  const char* yaml;
  const char* problem;
  const char* help;
};

class ConvertReference : public testing::TestWithParam<BadReference> {};
INSTANTIATE_TEST_SUITE_P(All, ConvertReference,
                         testing::Values(BadReference{"name: x-${k3.url}\n", "config.unknown-component 1:9", "did you mean `k3s`?"},
                                         BadReference{"name: ${old.url}\n", "config.disabled-component 1:7", "switch it on, or take the reference away"},
                                         BadReference{"token: ${secret.cloudflair}\n", "config.unknown-secret 1:8", "did you mean `cloudflare`?"},
                                         BadReference{"name: ${secret.cloudflare}\n", "config.secret-exposed 1:7", "use it in a setting that takes secrets"},
                                         BadReference{"count: ${k3s.count}\n", "config.must-be-known 1:8", "write the value itself, or use a variable"},
                                         BadReference{"name: ${k3s}\n", "config.bad-reference 1:7", "write ${var.name}, ${secret.name} or ${component.output}; $${ stands for ${ itself"},
                                         BadReference{"name: a ${k3s.url\n", "config.bad-reference 1:9", "write ${var.name}, ${secret.name} or ${component.output}; $${ stands for ${ itself"}));

TEST_P(ConvertReference, IsRefusedAtItsPlaceWithWhatToDo) {
  Diagnostics problems;
  converted(GetParam().yaml, problems);
  EXPECT_EQ(short_form(problems), GetParam().problem);
  EXPECT_EQ(problems.list()[0].help, GetParam().help);
}

TEST(Convert, SecretThatIsWrittenOutIsRefusedAndNeverRepeated) {
  Diagnostics problems;
  converted("token: hunter2\n", problems);
  ASSERT_EQ(short_form(problems), "config.plain-secret 1:8");
  for (const std::string& text : {problems.list()[0].detail, problems.list()[0].summary, problems.list()[0].help})
    EXPECT_EQ(text.find("hunter2"), std::string::npos);
}

TEST(Schema, UnknownWordsAreRefusedWithTheirPlace) {
  try {
    Schema(Json{{"properties", {{"a", {{"typ", "string"}}}}}});
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.diagnostics().list()[0].code, "schema.invalid");
    EXPECT_NE(e.diagnostics().list()[0].detail.find("/properties/a/typ"), std::string::npos);
  }
}

TEST(Schema, ValueOfAPluginIsCheckedAndNodesStandForAnything) {
  const Schema schema({{"properties", {{"size", {{"type", "integer"}}}, {"name", {{"type", "string"}}}}}, {"required", {"size"}}});
  EXPECT_FALSE(schema.validate(parse_json(R"({"size":{"$dfx":{"ref":"c/k/n","path":"/x"}}})")).has_errors());
  const Diagnostics wrong = schema.validate(parse_json(R"({"nmae":"x"})"));
  ASSERT_EQ(wrong.list().size(), 2u);
  EXPECT_EQ(wrong.list()[0].help, "did you mean `name`?");
}

// The quick look at the text and the thorough one at the tree give the same verdict, whatever the value.
TEST(Schema, TextIsJudgedAsItsTreeIs) {
  const std::vector<Json> schemas = {
      {{"type", "string"}}, {{"type", "integer"}}, {{"type", "number"}}, {{"type", "boolean"}}, {{"type", {"string", "null"}}}, Json::object(),
      {{"type", "string"}, {"enum", {"a", "b"}}}, {{"type", "integer"}, {"minimum", 2}}, {{"type", "string"}, {"x-dfx-known", true}},
      {{"type", "array"}, {"items", {{"type", "integer"}}}},
      {{"oneOf", {{{"type", "string"}}, {{"type", "integer"}}}}},
      {{"properties", {{"a", {{"type", "integer"}}}, {"b", {{"type", "string"}, {"x-dfx-known", true}}}}}, {"required", {"a"}}},
      {{"type", "object"}, {"additionalProperties", {{"type", "integer"}}}, {"propertyNames", {{"type", "string"}, {"x-dfx-type", "label"}}}}};
  const std::vector<const char*> values = {
      "null", "true", "1", "-1", "1.5", "1e2", "123456789012345678", "\"a\"", "\"c\"", "\"\\u0061\"", "[]", "[1]", "[1,\"x\"]", "{}",
      R"({"a":1})", R"({"a":1,"b":"x"})", R"({"a":1,"c":2})", R"({"b":"x"})", R"({"A_":1})", R"({"$dfx":{"ref":"c/k/n","path":"/x"}})",
      R"({"a":{"$dfx":{"unknown":"x"}},"b":"y"})", R"({"a":1,"b":{"$dfx":{"unknown":"x"}}})", R"({"a":[{"$dfx":{"unknown":"x"}}]})"};
  for (const Json& rules : schemas) {
    const Schema schema(rules);
    for (const char* value : values) {
      SCOPED_TRACE(canonical(rules) + " " + value);
      EXPECT_EQ(schema.validate_text(value).has_errors(), schema.validate(parse_json(value)).has_errors());
    }
  }
}

}  // namespace
}  // namespace dfx
