#include "core/plugin/library.hpp"

#define BOOST_DLL_USE_STD_FS
#include <algorithm>
#include <boost/dll/shared_library.hpp>
#include <mutex>
#include <system_error>
#include <vector>

#include "core/model/diagnostics.hpp"
#include "core/util/digest.hpp"
#include "core/plugin/elf_check.hpp"
#include "core/plugin/place_rules.hpp"
#include "core/plugin/sealed_file.hpp"

namespace dfx {
namespace {

constexpr std::size_t k_most_bytes = 256u << 20;
constexpr const char* k_entry = "dfx_plugin_entry";

[[noreturn]] void refuse(const char* code, const std::string& where, const std::string& why, const std::string& help) {
  throw Error(std::string("plugin.") + code, "a plugin cannot be loaded", where + ": " + why, help);
}

// The system's loader names the memory file, and Boost puts its words into brackets before a number that means
// nothing; people know the plugin by its own path.
std::string cause_of(std::string text, const std::string& loaded_as) {
  const std::size_t at = text.rfind(loaded_as);
  if (at == std::string::npos) return text;
  text.erase(0, at + loaded_as.size());
  text.erase(std::min(text.rfind("): "), text.size()));
  while (!text.empty() && (text.front() == ':' || text.front() == ' ')) text.erase(0, 1);
  return text;
}

boost::dll::shared_library open_library(const std::filesystem::path& file, const std::string& loaded_as) {
  try {
    return boost::dll::shared_library(loaded_as, boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local);
  } catch (const std::system_error& e) {
    const std::string cause = cause_of(e.what(), loaded_as);
    if (cause.find("undefined symbol") != std::string::npos)
      refuse("undefined-symbol", file.string(), cause, "a source file or a library is missing from its build; build it again");
    refuse("not-loadable", file.string(), cause, "it may need a library that is not installed; build it again here");
  }
}

void check_bytes(const std::filesystem::path& file, std::string_view bytes) {
  const ElfProblem problem = check_elf(bytes);
  if (problem.why.empty()) return;
  if (problem.other_machine)
    refuse("wrong-machine", file.string(), problem.why, "install the plugin that was built for this machine");
  refuse("truncated", file.string(), problem.why, "copy or build the plugin again");
}

}  // namespace

std::string library_digest(const std::filesystem::path& file) { return sha256_hex(SealedFile(file, k_most_bytes).bytes()); }

Library load_library(const std::filesystem::path& file, const std::string& name, const Admit& admit) {
  // Never unloaded: providers, threads and static objects of a plugin may live as long as the process.
  static auto* const opened = new std::vector<boost::dll::shared_library>();
  static std::mutex one_at_a_time;
  const std::lock_guard lock(one_at_a_time);
  SealedFile sealed(file, k_most_bytes);
  if (const std::string why = unsafe_place(file); !why.empty())
    refuse("unsafe-place", file.string(), why, "chmod o-w it, or install the plugin into a folder of your own");
  check_bytes(file, sealed.bytes());
  Library library;
  library.sha256 = sha256_hex(sealed.bytes());
  if (admit) admit(library.sha256);
  opened->push_back(open_library(file, sealed.keep_as_path()));
  if (!opened->back().has(k_entry))
    refuse("no-entry", file.string(), "it exports no dfx_plugin_entry", "export the plugin with the DFX_PLUGIN macro");
  library.entry = &opened->back().get<const dfx_plugin>(k_entry);
  check_entry(*library.entry, file.string(), name);
  return library;
}

void check_entry(const dfx_plugin& entry, const std::string& where, const std::string& name) {
  if (entry.magic != DFX_MAGIC)
    refuse("wrong-magic", where, "its entry is none of a dfx plugin", "build it against the SDK of dfx");
  if (entry.abi_major != DFX_ABI_MAJOR)
    refuse("wrong-abi", where,
           "it was built for ABI " + std::to_string(entry.abi_major) + ", this dfx has ABI " + std::to_string(DFX_ABI_MAJOR),
           "build it again with the SDK of this dfx, or install the version for it");
  if (entry.name == nullptr || entry.version == nullptr || entry.describe == nullptr || entry.create == nullptr)
    refuse("bad-entry", where, "its entry has a null pointer", "build it with the DFX_PLUGIN macro");
  if (name != entry.name)
    refuse("wrong-name", where, std::string("it says that its name is `") + entry.name + "`",
           "file and plugin must have the same name");
}

}  // namespace dfx
