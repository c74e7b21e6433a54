// A folder that goes with the test.
#pragma once
#include <cstdlib>
#include <filesystem>
#include <string>

namespace dfx::sandbox::testing {

class TempFolder {
 public:
  TempFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "dfx-sandbox-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    x_path = pattern;
  }
  ~TempFolder() { std::filesystem::remove_all(x_path); }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  const std::filesystem::path& path() const { return x_path; }

 private:
  std::filesystem::path x_path;
};

}  // namespace dfx::sandbox::testing
