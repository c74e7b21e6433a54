// A file's bytes in memory, sealed: what was looked at cannot change before it is used.
#pragma once
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace dfx {

// Owns a descriptor and a read-only view of the same bytes. [any]
class SealedFile {
 public:
  // Copies a regular file (no symbolic link) of at most `most_bytes`. Throws Error "plugin.no-library" if it is not
  // there, "plugin.not-loadable" if it cannot be taken.
  SealedFile(const std::filesystem::path& file, std::size_t most_bytes);
  ~SealedFile();
  SealedFile(const SealedFile&) = delete;
  SealedFile& operator=(const SealedFile&) = delete;

  std::string_view bytes() const { return x_bytes; }
  // The descriptor stays open until the process ends: the system's loader knows a library by its path, and
  // /proc/self/fd/N must never come to mean another file. Call it once.
  std::string keep_as_path();

 private:
  int x_fd = -1;
  std::string_view x_bytes;
};

}  // namespace dfx
