#include "core/plugin/catalog.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "core/model/address.hpp"
#include "core/plugin/place_rules.hpp"

#ifndef DFX_PLUGIN_FOLDER
#error "the build says where plugins are installed, relative to the prefix"
#endif

namespace dfx {
namespace {

constexpr std::size_t k_most_bytes = 4u << 20;
constexpr int k_most_depth = 64;
constexpr std::string_view k_suffix = ".dfx.json";

bool ends_with_suffix(const std::string& name) {
  return name.size() > k_suffix.size() && name.compare(name.size() - k_suffix.size(), k_suffix.size(), k_suffix) == 0;
}

std::string stem_of(const std::filesystem::path& file) {
  const std::string name = file.filename().string();
  return name.substr(0, name.size() - k_suffix.size());
}

Diagnostic unusable(const std::string& detail, const std::string& help) {
  Diagnostic d;
  d.severity = Severity::warning;
  d.code = "plugin.unusable-manifest";
  d.summary = "a plugin's manifest cannot be used";
  d.detail = detail;
  d.help = help;
  return d;
}

// At most one byte over the limit is read: parse_json then refuses it.
std::string read_text(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text(k_most_bytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

void add_folder(std::vector<std::filesystem::path>& out, const std::filesystem::path& folder) {
  std::error_code error;
  const auto real = std::filesystem::weakly_canonical(folder, error);
  const auto& path = error ? folder : real;
  if (std::find(out.begin(), out.end(), path) == out.end()) out.push_back(path);
}

}  // namespace

Catalog::Catalog(const std::vector<std::filesystem::path>& folders) : x_folders(folders) {
  for (const auto& folder : folders) read_folder(folder);
}

void Catalog::add_builtin(const Json& manifest) { add({manifest_from_json(manifest), manifest, {}, {}}); }

void Catalog::read_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error))
    if (ends_with_suffix(entry.path().filename().string())) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  for (const auto& file : files) read_manifest(file);
}

void Catalog::read_manifest(const std::filesystem::path& file) {
  const std::string name = stem_of(file);
  if (const auto first = x_by_name.find(name); first != x_by_name.end()) {
    x_plugins[first->second].hidden.push_back(file);
    return;
  }
  try {
    if (const std::string why = unsafe_place(file); !why.empty()) {
      x_problems.add(unusable(why, "chmod o-w it, or install the plugin into a folder of your own"));
      return;
    }
    InstalledPlugin plugin;
    plugin.manifest_json = parse_json(read_text(file), {k_most_bytes, k_most_depth});
    plugin.manifest = manifest_from_json(plugin.manifest_json);
    if (plugin.manifest.name != name || !is_dns_label(name)) {
      x_problems.add(unusable(file.string() + ": it names the plugin `" + plugin.manifest.name + "`",
                              "file and plugin must have the same name, of a-z, 0-9 and -"));
      return;
    }
    plugin.library = file.parent_path() / (name + ".so");
    add(std::move(plugin));
  } catch (const Error& e) {
    x_problems.add(unusable(file.string() + ": " + e.diagnostics().list().front().detail, "build or install the plugin again"));
  }
}

void Catalog::add(InstalledPlugin plugin) {
  const std::size_t at = x_plugins.size();
  x_by_name.emplace(plugin.manifest.name, at);
  x_plugins.push_back(std::move(plugin));
  index_kinds(at);
}

void Catalog::index_kinds(std::size_t at) {
  const std::vector<Kind>& kinds = x_plugins[at].manifest.kinds;
  for (std::size_t k = 0; k < kinds.size(); ++k) {
    const auto [place, fresh] = x_kinds.emplace(kinds[k].name, KindPlace{at, k});
    if (!fresh)
      x_problems.add(unusable("kind `" + kinds[k].name + "` belongs to plugin `" + x_plugins[place->second.plugin].manifest.name +
                                  "`, but plugin `" + kinds[k].plugin + "` has it too",
                              "remove one of the two plugins from the plugin path"));
    for (const std::string& former : kinds[k].formerly) x_renamed.emplace(former, KindPlace{at, k});
  }
}

const InstalledPlugin* Catalog::find(const std::string& name) const {
  const auto found = x_by_name.find(name);
  return found == x_by_name.end() ? nullptr : &x_plugins[found->second];
}

const Kind* Catalog::look_up(const KindIndex& index, const std::string& name) const {
  const auto found = index.find(name);
  return found == index.end() ? nullptr : &x_plugins[found->second.plugin].manifest.kinds[found->second.kind];
}

const Kind* Catalog::find_kind(const std::string& name) const { return look_up(x_kinds, name); }

const Kind* Catalog::find_renamed_kind(const std::string& former_name) const { return look_up(x_renamed, former_name); }

std::vector<std::string> Catalog::providers_of(const std::string& capability) const {
  std::vector<std::string> out;
  for (const InstalledPlugin& plugin : x_plugins)
    if (plugin.manifest.provides_capability(capability)) out.push_back(plugin.manifest.name);
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<std::filesystem::path> plugin_folders(const std::vector<std::filesystem::path>& asked) {
  std::vector<std::filesystem::path> out;
  for (const auto& folder : asked) add_folder(out, folder);
  if (const char* path = std::getenv("DFX_PLUGIN_PATH")) {
    std::string_view rest = path;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(':'), rest.size());
      if (end > 0) add_folder(out, rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return out;
  // An installed dfx has its plugins under the same prefix; a fresh build has them beside the program's folder.
  const auto prefix = self.parent_path().parent_path();
  add_folder(out, prefix / DFX_PLUGIN_FOLDER);
  add_folder(out, self.parent_path() / "plugins");
  add_folder(out, prefix / "plugins");
  return out;
}

}  // namespace dfx
