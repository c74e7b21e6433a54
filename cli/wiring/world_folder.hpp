// Where the simulated world lies: in the workspace, or, for who only looks and may not write there, in a copy.
#pragma once
#include <filesystem>

namespace dfx {

// Removes what it made. [main thread]
class WorldFolder {
 public:
  // `folder`/sandbox itself; with `copy` a private copy of it in the folder for temporary files, empty if there is no
  // world yet. Throws Error "sandbox.unusable-folder".
  WorldFolder(const std::filesystem::path& folder, bool copy);
  ~WorldFolder();
  WorldFolder(const WorldFolder&) = delete;
  WorldFolder& operator=(const WorldFolder&) = delete;

  const std::filesystem::path& path() const { return x_path; }

 private:
  std::filesystem::path x_path;
  bool x_is_copy;
};

}  // namespace dfx
