// What is installed: manifests beside libraries, read without running any of their code.
#pragma once
#include <filesystem>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/model/diagnostics.hpp"
#include "core/model/manifest.hpp"

namespace dfx {

struct InstalledPlugin {
  Manifest manifest;
  Json manifest_json;
  std::filesystem::path library;              // empty: part of dfx itself
  std::vector<std::filesystem::path> hidden;  // manifests of the same name in later folders, which are not used
};

// Built on one thread; then [any] for what is const. Pointers stay valid until the next add_builtin().
class Catalog {
 public:
  // Looks for `<name>.dfx.json` in each folder; of two with one name the first folder's is taken. Folders that do not
  // exist are skipped; manifests that cannot be used are in problems(), as warnings.
  explicit Catalog(const std::vector<std::filesystem::path>& folders);
  // A plugin that is linked into dfx. Throws Error "plugin.bad-manifest".
  void add_builtin(const Json& manifest);

  const std::vector<InstalledPlugin>& plugins() const { return x_plugins; }
  // Null if it is not installed.
  const InstalledPlugin* find(const std::string& name) const;
  // The kind, whichever plugin owns it, or null.
  const Kind* find_kind(const std::string& name) const;
  // Today's kind of one that had another name in an older version of its plugin, or null.
  const Kind* find_renamed_kind(const std::string& former_name) const;
  // Names of the plugins that provide a capability such as "kubernetes/1", sorted.
  std::vector<std::string> providers_of(const std::string& capability) const;
  const Diagnostics& problems() const { return x_problems; }
  const std::vector<std::filesystem::path>& folders() const { return x_folders; }

 private:
  void read_folder(const std::filesystem::path& folder);
  void read_manifest(const std::filesystem::path& file);
  void add(InstalledPlugin plugin);
  void index_kinds(std::size_t plugin);

  struct KindPlace {
    std::size_t plugin = 0;
    std::size_t kind = 0;
  };
  using KindIndex = std::unordered_map<std::string, KindPlace>;
  const Kind* look_up(const KindIndex& index, const std::string& name) const;

  std::vector<std::filesystem::path> x_folders;
  std::vector<InstalledPlugin> x_plugins;
  std::unordered_map<std::string, std::size_t> x_by_name;
  KindIndex x_kinds;
  KindIndex x_renamed;
  Diagnostics x_problems;
};

// `--plugin-path` first, then DFX_PLUGIN_PATH (folders separated by ":"), then the install prefix of this program and
// the build folder that it stands in. A folder that is named twice is listed once.
std::vector<std::filesystem::path> plugin_folders(const std::vector<std::filesystem::path>& asked);

}  // namespace dfx
