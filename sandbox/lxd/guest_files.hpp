// The files inside a simulated machine: what was put there, what cloud-init leaves, and the folders of any Debian.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sandbox/lxd/context.hpp"

namespace dfx::sandbox::lxd {

struct GuestFile {
  std::string content;
  std::string type = "file";  // or "directory", "symlink"
  std::string mode = "0644";
  std::string uid = "0";
  std::string gid = "0";
  Micros modified = 0;
};

// Absolute, without a slash at the end; links are not followed.
std::string guest_path(const std::string& text);

// The file as it is now; folders too.
std::optional<GuestFile> guest_file(const Context& context, const Json& instance, const std::string& path);
// The names in a folder, in order.
std::vector<std::string> names_in(const Context& context, const Json& instance, const std::string& folder);

// Changes the record of the instance; the caller stores it.
void put_file(Json& instance, const std::string& path, const GuestFile& file);
void remove_file(Json& instance, const std::string& path);

}  // namespace dfx::sandbox::lxd
