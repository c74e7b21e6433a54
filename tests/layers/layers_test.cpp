// The layer rule, read from the sources: who includes whom, and which library is used where.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>

namespace {

namespace fs = std::filesystem;
using Folders = std::set<std::string>;

// What each folder may include beside itself. core/ low to high: model -> graph, config, state -> plan -> exec,
// plugin -> engine -> cli. A folder that is missing here fails the test: the rule must be said.
const std::map<std::string, Folders> k_allowed = {
    {"core/model", {}},
    {"core/util", {"core/model"}},
    {"core/graph", {"core/model", "core/util"}},
    {"core/config", {"core/model", "core/util"}},
    {"core/state", {"core/model", "core/util"}},
    {"core/plan", {"core/model", "core/graph", "core/config", "core/state"}},
    {"core/exec", {"core/model", "core/graph", "core/config", "core/state", "core/plan"}},
    {"core/plugin", {"core/model", "core/util", "core/graph", "core/config", "core/state", "core/plan"}},
    {"core/engine", {"core/model", "core/graph", "core/config", "core/state", "core/plan", "core/exec", "core/plugin"}},
    {"host", {"core/model", "core/util"}},
    {"sandbox", {"core/model", "core/util"}},
    {"cli", {"core/model", "core/util", "core/graph", "core/config", "core/state", "core/plan", "core/exec", "core/plugin", "core/engine",
             "host", "sandbox"}},
    {"plugins", {}},
};

// Libraries that may be included in one place only.
const std::map<std::string, std::string> k_libraries = {
    {"yaml-cpp/", "core/config"}, {"boost/dll", "core/plugin"},     {"curl/", "host"},
    {"libssh/", "host"},          {"boost/program_options", "cli"},
};

std::string folder_of(const std::string& path) {
  for (const auto& [folder, allowed] : k_allowed)
    if (path.compare(0, folder.size() + 1, folder + "/") == 0) return folder;
  return path.substr(0, path.find('/', path.compare(0, 5, "core/") == 0 ? 5 : 0));
}

std::vector<std::string> includes_of(const fs::path& file) {
  static const std::regex k_include(R"re(^\s*#\s*include\s*[<"]([^">]+)[>"])re");
  std::vector<std::string> out;
  std::ifstream in(file);
  std::smatch match;
  for (std::string line; std::getline(in, line);)
    if (std::regex_search(line, match, k_include)) out.push_back(match[1]);
  return out;
}

bool is_source(const fs::path& file) { return file.extension() == ".cpp" || file.extension() == ".hpp" || file.extension() == ".h"; }

std::vector<std::string> broken_rules(const fs::path& root, const std::string& path) {
  std::vector<std::string> out;
  const std::string folder = folder_of(path);
  if (k_allowed.count(folder) == 0) return {path + ": folder " + folder + " has no rule"};
  for (const std::string& include : includes_of(root / path)) {
    for (const auto& [library, home] : k_libraries)
      if (include.compare(0, library.size(), library) == 0 && folder != home)
        out.push_back(path + " includes " + include + ", which belongs to " + home);
    const bool ours = fs::exists(root / include);
    if (!ours) continue;
    const std::string other = folder_of(include);
    if (other != folder && k_allowed.at(folder).count(other) == 0) out.push_back(path + " includes " + include);
  }
  return out;
}

TEST(Layers, NoArrowPointsUp) {
  const fs::path root = DFX_SOURCE_DIR;
  std::size_t files = 0;
  for (const char* top : {"core", "host", "sandbox", "cli", "plugins"}) {
    if (!fs::exists(root / top)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(root / top)) {
      if (!entry.is_regular_file() || !is_source(entry.path())) continue;
      ++files;
      for (const std::string& broken : broken_rules(root, fs::relative(entry.path(), root).string())) ADD_FAILURE() << broken;
    }
  }
  EXPECT_GT(files, 50u);
}

TEST(Layers, PluginsSeeTheSdkOnly) {
  const fs::path root = fs::path(DFX_SOURCE_DIR) / "plugins";
  if (!fs::exists(root)) GTEST_SKIP() << "no plugins in this tree";
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (!is_source(entry.path())) continue;
    for (const std::string& include : includes_of(entry.path())) {
      const bool sdk = include.compare(0, 4, "dfx/") == 0 || include.compare(0, 9, "nlohmann/") == 0;
      const bool own = include.compare(0, 8, "plugins/") == 0;
      const bool standard = include.find('/') == std::string::npos;
      EXPECT_TRUE(sdk || own || standard) << entry.path() << " includes " << include;
    }
  }
}

// docs/diagnostics.md says who speaks with each word before the dot.
TEST(Docs, EveryFamilyOfCodesIsDescribed) {
  const fs::path root = DFX_SOURCE_DIR;
  std::ifstream page(root / "docs" / "diagnostics.md");
  const std::string text((std::istreambuf_iterator<char>(page)), std::istreambuf_iterator<char>());
  static const std::regex k_code(R"re((?:[eE]rror|warning|diagnostic|complain|problem)\(\s*"([a-z]+)\.[a-z-]+"|code = "([a-z]+)\.[a-z-]+")re");
  std::set<std::string> families;
  for (const char* top : {"core", "host", "sandbox", "cli"})
    for (const auto& entry : fs::recursive_directory_iterator(root / top)) {
      if (!is_source(entry.path())) continue;
      std::ifstream in(entry.path());
      std::smatch match;
      for (std::string line; std::getline(in, line);)
        if (std::regex_search(line, match, k_code)) families.insert(match[1].matched ? match[1] : match[2]);
    }
  EXPECT_GT(families.size(), 10u);
  for (const std::string& family : families) EXPECT_NE(text.find("`" + family + "`"), std::string::npos) << family;
}

}  // namespace
