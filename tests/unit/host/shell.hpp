// Runs the stock tools that dfx's files must agree with.
#pragma once
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "host/secrets/child.hpp"

namespace dfx::host::test {

inline bool has_tool(const std::string& name) {
  return run_child({"sh", "-c", "command -v " + name}, {}, {}, {}).code == 0;
}

// The output of a command that must succeed; otherwise its error output behind "failed: ".
inline std::string run(const std::vector<std::string>& command) {
  const ChildResult result = run_child(command, {}, {}, {});
  if (result.end != ChildResult::End::exited || result.code != 0) return "failed: " + result.errors;
  return result.output;
}

// A folder that goes away with the test.
class TempFolder {
 public:
  TempFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "dfx-host-XXXXXX").string();
    x_path = ::mkdtemp(name.data());
  }
  ~TempFolder() { std::filesystem::remove_all(x_path); }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  std::filesystem::path operator/(const std::string& name) const { return x_path / name; }
  std::filesystem::path write(const std::string& name, const std::string& text, bool secret = true) const {
    const auto file = x_path / name;
    std::ofstream(file, std::ios::binary) << text;
    using std::filesystem::perms;
    std::filesystem::permissions(file, secret ? perms::owner_read | perms::owner_write : perms(0644));
    return file;
  }
  static std::string read(const std::filesystem::path& file) {
    std::ostringstream out;
    out << std::ifstream(file, std::ios::binary).rdbuf();
    return out.str();
  }

 private:
  std::filesystem::path x_path;
};

}  // namespace dfx::host::test
