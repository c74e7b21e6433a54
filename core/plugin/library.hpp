// A plugin's library, loaded: what was checked is what runs.
#pragma once
#include <dfx/plugin.h>

#include <filesystem>
#include <functional>
#include <string>

namespace dfx {

struct Library {
  const dfx_plugin* entry = nullptr;  // stays valid until the process ends: libraries are never unloaded
  std::string sha256;                 // of the bytes that were loaded
};

// Called with the digest before any code of the library runs; throws Error to refuse it.
using Admit = std::function<void(const std::string& sha256)>;

// The digest of the library as it is now on disk, without loading it. Throws Error "plugin.*".
std::string library_digest(const std::filesystem::path& file);

// Takes a sealed copy of the file, checks its place, its ELF bounds and its digest, loads the copy, then checks the
// entry. Throws Error, each fault with its own code: plugin.unsafe-place, no-library, truncated, wrong-machine,
// not-loadable, undefined-symbol, no-entry, wrong-magic, wrong-abi, bad-entry, wrong-name, or what `admit` throws.
Library load_library(const std::filesystem::path& file, const std::string& name, const Admit& admit = {});

// The same checks for an entry that is linked into this program. Throws Error likewise.
void check_entry(const dfx_plugin& entry, const std::string& where, const std::string& name);

}  // namespace dfx
