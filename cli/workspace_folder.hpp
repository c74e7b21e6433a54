// The folder `.dfx` beside the stack file: this machine's own, open to its owner alone.
#pragma once
#include <filesystem>

#include "core/model/diagnostics.hpp"

namespace dfx {

// Makes it (mode 0700, with a .gitignore), or leaves it as it is. Throws Error "workspace.unusable".
void make_workspace_folder(const std::filesystem::path& folder);

// May this process make files in it, or make it? Touches nothing.
bool is_usable_workspace(const std::filesystem::path& folder);

// What the file system refused, as a problem of the outside world: "workspace.unusable".
Error unusable_workspace(const std::filesystem::path& path, const std::string& why);

}  // namespace dfx
