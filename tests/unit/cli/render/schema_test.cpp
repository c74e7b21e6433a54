#include "cli/render/schema.hpp"

#include <gtest/gtest.h>

#include "tests/unit/cli/render/screen.hpp"

namespace dfx {
namespace {

const Json k_schema = {
    {"type", "object"},
    {"required", {"hosts"}},
    {"properties",
     {{"hosts", {{"type", "object"}, {"description", "the servers"}, {"additionalProperties", {{"$ref", "#/$defs/host"}}}}},
      {"type", {{"type", "string"}, {"enum", {"container", "virtual-machine"}}, {"default", "container"}}}}},
    {"$defs",
     {{"host",
       {{"type", "object"},
        {"required", {"url"}},
        {"properties", {{"url", {{"type", "string"}, {"x-dfx-type", "url"}}}, {"cpu", {{"type", "integer"}, {"minimum", 1}, {"maximum", 64}}}}}}}}}};

TEST(Schema, ReadsLikeDocumentation) {
  Screen screen;
  render_schema(screen.terminal(), k_schema, 8);
  EXPECT_EQ(screen.text(),
            "  hosts  map, required\n"
            "      the servers\n"
            "      <name>  mapping\n"
            "          cpu  whole number, 1 to 64\n"
            "          url  url, required\n"
            "  type  one of: container, virtual-machine, default container\n");
}

TEST(Schema, OneOfSeveralFormsIsNotRequired) {
  const auto only = [](const char* key) { return Json{{"type", "object"}, {"properties", {{key, {{"type", "string"}}}}}, {"required", {key}}}; };
  Screen screen;
  render_schema(screen.terminal(), {{"oneOf", {only("env"), only("file")}}}, 8);
  EXPECT_EQ(screen.text(), "  env  text, this or another\n  file  text, this or another\n");
}

TEST(Schema, FindsAPathThroughMapsAndReferences) {
  std::vector<std::string> known;
  const auto cpu = schema_at(k_schema, {"hosts", "kkh", "cpu"}, known);
  ASSERT_TRUE(cpu);
  EXPECT_EQ(type_text(*cpu), "whole number, 1 to 64");
  EXPECT_EQ(schema_at(k_schema, {"hosts", "cpu"}, known), cpu);
  EXPECT_EQ(type_text(*schema_at(k_schema, {"hosts", "<name>"}, known)), "mapping");
  EXPECT_FALSE(schema_at(k_schema, {"hosts", "cpus"}, known));
  EXPECT_EQ(known, (std::vector<std::string>{"cpu", "url"}));
  EXPECT_FALSE(schema_at(k_schema, {"hosts", "kkh", "cpus"}, known));
  EXPECT_EQ(known, (std::vector<std::string>{"cpu", "url"}));
}

TEST(Schema, SaysWhatIsSecretAndWhatReplaces) {
  EXPECT_EQ(type_text({{"type", "string"}, {"x-dfx-secret", true}}), "text, secret");
  EXPECT_EQ(type_text({{"type", "string"}, {"x-dfx-immutable", true}}), "text, a change replaces");
  EXPECT_EQ(type_text({{"type", "array"}, {"items", {{"type", "string"}}}}), "list of text");
}

}  // namespace
}  // namespace dfx
