// The program: `--version` is answered at once; everything else first loads what it needs (HTTP, TLS, SQLite ...).
#include <dlfcn.h>

#include <cstdio>
#include <filesystem>
#include <string_view>

#include "cli/version.hpp"

namespace {

constexpr int k_error = 1;

// Under the prefix that this program is installed in, or in the build folder where it was made.
std::filesystem::path library_file() {
  std::error_code error;
  const auto folder = std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
  const auto built = folder / DFX_APP_FILE;
  return std::filesystem::exists(built, error) ? built : folder.parent_path() / DFX_APP_FILE;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == "--version")
    return std::puts(dfx::version_line().c_str()) < 0 ? k_error : 0;
  if (void* library = dlopen(library_file().c_str(), RTLD_LAZY | RTLD_LOCAL))
    if (void* run = dlsym(library, "dfx_run")) return reinterpret_cast<int (*)(int, char**)>(run)(argc, argv);
  std::fprintf(stderr, "error: dfx is not installed completely\n  %s\n  help: install it again\n", dlerror());
  return k_error;
}
