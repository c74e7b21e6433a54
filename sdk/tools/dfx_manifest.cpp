// dfx_manifest PLUGIN.so OUT.dfx.json: asks a freshly built plugin to describe itself and writes the manifest.
// Runs at build time, so that dfx can read what a plugin offers without running any of its code.
#include <dfx/plugin.h>
#include <dlfcn.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

namespace {

namespace fs = std::filesystem;

int fail(const std::string& what) {
  std::fprintf(stderr, "dfx_manifest: %s\n", what.c_str());
  return 1;
}

std::int32_t append(const dfx_sink* sink, dfx_bytes bytes) {
  static_cast<std::string*>(sink->context)->append(bytes.data, static_cast<std::size_t>(bytes.size));
  return DFX_OK;
}

std::string problem_of(const dfx_plugin* entry, const std::string& stem) {
  if (entry->magic != DFX_MAGIC) return "dfx_plugin_entry has a wrong magic number";
  if (entry->abi_major != DFX_ABI_MAJOR)
    return "ABI major " + std::to_string(entry->abi_major) + ", this SDK has " + std::to_string(DFX_ABI_MAJOR);
  if (entry->name == nullptr || stem != entry->name) return "the plugin's name is not the file's name " + stem;
  if (entry->describe == nullptr || entry->create == nullptr) return "describe or create is null";
  return "";
}

// Nothing half written stands under the manifest's name.
bool write_whole(const fs::path& target, const std::string& text) {
  const fs::path fresh = target.string() + ".new";
  std::ofstream out(fresh, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  std::error_code failed;
  if (out) fs::rename(fresh, target, failed);
  return out && !failed;
}

// A plugin without the C++ layer may throw: that is an error of its build, not of this program.
int describe(const dfx_plugin* entry, std::string& manifest) {
  const dfx_sink sink = {&manifest, &append};
  try {
    return entry->describe(&sink);
  } catch (...) {
    return DFX_INTERNAL;
  }
}

int run(const fs::path& library, const fs::path& target) {
  void* handle = dlopen(fs::absolute(library).c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) return fail(dlerror());
  const auto* entry = static_cast<const dfx_plugin*>(dlsym(handle, "dfx_plugin_entry"));
  if (entry == nullptr) return fail(library.string() + " exports no dfx_plugin_entry: use DFX_PLUGIN(...)");
  if (const std::string why = problem_of(entry, library.stem().string()); !why.empty())
    return fail(library.string() + ": " + why);
  std::string manifest;
  if (describe(entry, manifest) != DFX_OK) return fail(library.string() + ": describe failed");
  if (!nlohmann::json::accept(manifest)) return fail(library.string() + ": describe wrote no JSON");
  if (!write_whole(target, manifest)) return fail("cannot write " + target.string());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return fail("usage: dfx_manifest PLUGIN.so OUT.dfx.json");
  return run(argv[1], argv[2]);
}
