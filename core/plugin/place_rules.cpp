#include "core/plugin/place_rules.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace dfx {
namespace {

std::string unsafe(const std::filesystem::path& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) return path.string() + " cannot be looked at: " + std::strerror(errno);
  if ((info.st_mode & S_IWOTH) != 0) return path.string() + " can be written by everybody";
  if (info.st_uid != 0 && info.st_uid != geteuid()) return path.string() + " belongs to another user";
  return "";
}

// Everybody may write into /tmp, but its sticky bit keeps others from exchanging what is not theirs.
std::string exchangeable(const std::filesystem::path& folder) {
  struct stat info {};
  if (stat(folder.c_str(), &info) != 0) return folder.string() + " cannot be looked at: " + std::strerror(errno);
  const bool open = (info.st_mode & S_IWOTH) != 0 && (info.st_mode & S_ISVTX) == 0;
  return open ? folder.string() + " can be written by everybody" : "";
}

}  // namespace

std::string unsafe_place(const std::filesystem::path& file) {
  std::error_code error;
  const std::filesystem::path real = std::filesystem::canonical(file, error);
  if (error) return file.string() + " cannot be looked at: " + error.message();
  if (std::string why = unsafe(real); !why.empty()) return why;
  if (std::string why = unsafe(real.parent_path()); !why.empty()) return why;
  for (auto folder = real.parent_path(); folder.has_relative_path(); folder = folder.parent_path())
    if (std::string why = exchangeable(folder); !why.empty()) return why;
  return "";
}

}  // namespace dfx
