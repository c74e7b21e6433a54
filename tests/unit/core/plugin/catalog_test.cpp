#include "core/plugin/catalog.hpp"

#include <gtest/gtest.h>

#include "tests/unit/core/plugin/temp_folder.hpp"

namespace dfx {
namespace {

namespace fs = std::filesystem;

std::string manifest(const std::string& name, const Json& more = Json::object()) {
  Json m = {{"manifest", 1}, {"name", name}, {"version", "1"}, {"abi_major", 0}};
  m.update(more);
  return canonical(m);
}

class CatalogTest : public testing::Test {
 protected:
  void install(const std::string& place, const Json& more = Json::object()) {
    folder.write(place + ".dfx.json", manifest(fs::path(place).filename(), more));
  }
  static std::string only_problem(const Catalog& catalog) {
    EXPECT_EQ(catalog.problems().list().size(), 1u);
    if (catalog.problems().empty()) return "";
    const Diagnostic& d = catalog.problems().list().front();
    EXPECT_EQ(d.severity, Severity::warning) << "one bad manifest must not stop a stack that does not use it";
    EXPECT_EQ(d.code, "plugin.unusable-manifest");
    EXPECT_FALSE(d.help.empty());
    return d.detail;
  }

  TempFolder folder;
};

}  // namespace

TEST_F(CatalogTest, ReadsManifestsWithoutLibraries) {
  install("b", {{"kinds", {{{"kind", "b.thing"}}}}, {"provides", {"things/1"}}});
  install("a", {{"provides", {"things/1"}}});
  folder.write("notes.txt", "no plugin");
  folder.write(".dfx.json", "no name");
  const Catalog catalog({folder.path});
  EXPECT_TRUE(catalog.problems().empty());
  ASSERT_EQ(catalog.plugins().size(), 2u);
  EXPECT_EQ(catalog.find("b")->library, folder.path / "b.so");
  EXPECT_EQ(catalog.find("c"), nullptr);
  EXPECT_EQ(catalog.find_kind("b.thing")->plugin, "b");
  EXPECT_EQ(catalog.find_kind("b.other"), nullptr);
  EXPECT_EQ(catalog.providers_of("things/1"), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(catalog.providers_of("things/2").empty());
}

TEST_F(CatalogTest, TheFirstFolderWinsAndTheOthersAreNamed) {
  install("one/a", {{"summary", "first"}});
  install("two/a", {{"summary", "second"}});
  const Catalog catalog({folder.path / "one", folder.path / "two", folder.path / "not there"});
  EXPECT_EQ(catalog.find("a")->manifest.summary, "first");
  EXPECT_EQ(catalog.find("a")->hidden, std::vector<fs::path>{folder.path / "two" / "a.dfx.json"});
}

TEST_F(CatalogTest, AKindHasOneOwner) {
  install("a", {{"kinds", {{{"kind", "x.thing"}}}}});
  install("b", {{"kinds", {{{"kind", "x.thing"}}}}});
  const Catalog catalog({folder.path});
  EXPECT_EQ(catalog.find_kind("x.thing")->plugin, "a");
  EXPECT_EQ(only_problem(catalog), "kind `x.thing` belongs to plugin `a`, but plugin `b` has it too");
}

TEST_F(CatalogTest, FormerNamesLeadToTodaysKind) {
  install("a", {{"kinds", {{{"kind", "a.new"}, {"formerly", {"a.old"}}}}}});
  const Catalog catalog({folder.path});
  EXPECT_EQ(catalog.find_kind("a.old"), nullptr);
  EXPECT_EQ(catalog.find_renamed_kind("a.old")->name, "a.new");
}

TEST_F(CatalogTest, ABuiltinHasNoLibrary) {
  Catalog catalog({folder.path});
  catalog.add_builtin(parse_json(manifest("core")));
  EXPECT_TRUE(catalog.find("core")->library.empty());
}

TEST_F(CatalogTest, AFileMustHaveThePluginsName) {
  folder.write("a.dfx.json", manifest("b"));
  EXPECT_EQ(only_problem(Catalog({folder.path})), (folder.path / "a.dfx.json").string() + ": it names the plugin `b`");
}

TEST_F(CatalogTest, GarbageIsAProblemNotACrash) {
  const std::string sound = manifest("a", {{"kinds", {{{"kind", "a.thing"}}}}});
  for (std::size_t cut = 0; cut < sound.size(); ++cut) {
    folder.write("a.dfx.json", sound.substr(0, cut));
    EXPECT_NE(only_problem(Catalog({folder.path})), "") << cut;
  }
  folder.write("a.dfx.json", std::string(5u << 20, ' '));
  EXPECT_NE(only_problem(Catalog({folder.path})).find("more than the limit"), std::string::npos);
}

TEST(PluginFolders, AreAskedThenFromTheEnvironmentThenOfTheInstallation) {
  setenv("DFX_PLUGIN_PATH", "/tmp/env-one::/tmp/env-two:/tmp/asked", 1);
  const auto folders = plugin_folders({"/tmp/asked"});
  unsetenv("DFX_PLUGIN_PATH");
  ASSERT_GE(folders.size(), 4u);
  EXPECT_EQ(folders[0], "/tmp/asked");
  EXPECT_EQ(folders[1], "/tmp/env-one");
  EXPECT_EQ(folders[2], "/tmp/env-two");
  EXPECT_TRUE(folders[3].string().ends_with("/dfx/plugins")) << folders[3];
}

}  // namespace dfx
