#include "cli/workspace_folder.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace dfx {
namespace {

namespace fs = std::filesystem;

}  // namespace

Error unusable_workspace(const fs::path& path, const std::string& why) {
  return Error("workspace.unusable", "the workspace cannot be used", path.string() + ": " + why,
               "dfx keeps its state in a folder `.dfx` beside the stack file: make that a folder of your own that you may write to, "
               "or copy the stack file into one");
}

bool is_usable_workspace(const fs::path& folder) {
  std::error_code error;
  const bool there = fs::exists(fs::symlink_status(folder, error));
  if (there && !fs::is_directory(folder, error)) return false;
  return access((there ? folder : folder.parent_path()).c_str(), W_OK | X_OK) == 0;
}

void make_workspace_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw unusable_workspace(folder, error.message());
  if (!fs::is_directory(folder, error)) throw unusable_workspace(folder, "it is no folder");
  fs::permissions(folder, fs::perms::owner_all, error);
  if (error) throw unusable_workspace(folder, error.message());
  if (access(folder.c_str(), W_OK | X_OK) != 0) throw unusable_workspace(folder, std::strerror(errno));
  // Everything in it is this machine's own: it must not end in anybody's repository by accident.
  const auto ignore = folder / ".gitignore";
  if (!fs::exists(ignore, error)) std::ofstream(ignore) << "*\n";
}

}  // namespace dfx
