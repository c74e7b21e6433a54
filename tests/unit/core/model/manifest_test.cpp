#include "core/model/manifest.hpp"

#include <gtest/gtest.h>

#include "core/model/diagnostics.hpp"

namespace dfx {
namespace {

Json sound() {
  return {{"manifest", 1}, {"name", "lxd"}, {"version", "1.2.3"}, {"abi_major", 0},
          {"kinds", {{{"kind", "lxd.instance"}}}}};
}

std::string refusal(const Json& manifest) {
  try {
    manifest_from_json(manifest);
  } catch (const Error& e) {
    EXPECT_EQ(e.diagnostics().list().front().code, "plugin.bad-manifest");
    return e.diagnostics().list().front().detail;
  }
  return "accepted";
}

std::string refusal_with(const std::string& key, const Json& value) {
  Json manifest = sound();
  manifest[key] = value;
  return refusal(manifest);
}

}  // namespace

TEST(Manifest, EveryMistakeIsRefusedInWords) {
  EXPECT_EQ(refusal(sound()), "accepted");
  EXPECT_EQ(refusal_with("manifest", 2), "its format is not 1");
  EXPECT_EQ(refusal_with("name", "../x"), "`../x` is no name of a plugin: a-z, 0-9 and - only");
  EXPECT_EQ(refusal_with("version", ""), "it has no version");
  EXPECT_EQ(refusal_with("concurrency", "sometimes"), "`sometimes` is no concurrency: it must be parallel or serial");
  EXPECT_EQ(refusal_with("settings", Json::array()), "`settings` is no schema: it must be an object");
  EXPECT_EQ(refusal_with("provides", {"machines"}), "`machines` is no capability: it must look like `machines/1`");
  EXPECT_EQ(refusal_with("needs", {{{"capability", "/1"}}}), "`/1` is no capability: it must look like `machines/1`");
  EXPECT_EQ(refusal_with("kinds", {{{"kind", "Instance"}}}), "`Instance` is no name of a kind: it must look like `lxd.instance`");
  EXPECT_EQ(refusal_with("kinds", {{{"kind", "a.b"}}, {{"kind", "a.b"}}}), "kind `a.b` stands in it twice");
  EXPECT_EQ(refusal_with("kinds", {{{"kind", "a.b"}, {"schema", 1}}}), "the schemas of kind `a.b` must be objects");
  EXPECT_NE(refusal_with("kinds", {{{"kind", "a.b"}, {"mode", "odd"}}}), "accepted");
  EXPECT_EQ(refusal_with("read_only", {{{"script", "# x"}}, {{"argv", {"ls", "*"}}}}), "accepted");
  EXPECT_EQ(refusal_with("read_only", Json::array({Json::object()})), "a rule of `read_only` must have either `argv` or `script`");
  EXPECT_NE(refusal_with("abi_major", "0"), "accepted");
  EXPECT_NE(refusal(Json::array()), "accepted");
}

TEST(Manifest, SecretPathsComeFromBothSchemas) {
  const Json secret = {{"x-dfx-secret", true}};
  const Kind kind = kind_from_manifest("p", {{"kind", "p.k"},
                                             {"schema", {{"properties", {{"password", secret}}}}},
                                             {"outputs", {{"properties", {{"tokens", {{"items", secret}}}}}}}});
  EXPECT_EQ(kind.secret_paths, std::vector<std::string>{"/password"});
  EXPECT_EQ(kind.secret_output_paths, std::vector<std::string>{"/tokens/*"});
}

}  // namespace dfx
