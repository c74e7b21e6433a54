#include "cli/wiring/world_folder.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <system_error>
#include <utility>

#include "core/model/diagnostics.hpp"

namespace dfx {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& path, const std::string& why) {
  throw Error("sandbox.unusable-folder", "the sandbox folder cannot be used", path.string() + ": " + why,
              "check that you may write there");
}

fs::path temporary_folder() {
  std::error_code error;
  std::string name = (fs::temp_directory_path(error) / "dfx-world-XXXXXX").string();
  if (error || mkdtemp(name.data()) == nullptr) fail(name, error ? error.message() : std::strerror(errno));
  return name;
}

}  // namespace

WorldFolder::WorldFolder(const fs::path& folder, bool copy) : x_path(folder / "sandbox"), x_is_copy(copy) {
  if (!copy) return;
  const fs::path world = std::exchange(x_path, temporary_folder());
  std::error_code error;
  // The database and its log; the index that SQLite shares between processes is made anew.
  for (const char* name : {"world.db", "world.db-wal"})
    if (fs::exists(world / name, error)) fs::copy_file(world / name, x_path / name, error);
  if (!error) return;
  fs::remove_all(x_path);
  fail(world, error.message());
}

WorldFolder::~WorldFolder() {
  std::error_code ignored;  // what is left of a copy harms nobody
  if (x_is_copy) fs::remove_all(x_path, ignored);
}

}  // namespace dfx
