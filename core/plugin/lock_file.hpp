// dfx.lock: which plugins a stack was made with. A library with another digest is refused before any of it runs.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "core/model/json.hpp"

namespace dfx {

struct LockedPlugin {
  std::string name;
  std::string version;
  std::string sha256;     // for this platform; empty if it was locked on others only
  std::string locked_at;  // "2026-01-31T12:00:00Z"
};

// JSON {"lock": 1, "plugins": {name: {"version", "locked_at", "sha256": {platform: digest}}}}; what else stands in the
// file is kept. Digests stand per platform, so that one file serves a team. [one thread at a time]
class LockFile {
 public:
  LockFile();
  // An empty lock if there is no such file. Throws Error "lock.unreadable" or "lock.newer-format".
  static LockFile read(const std::filesystem::path& file);
  // Old or new content, never a mixture: temporary file, fsync, rename, fsync of the folder. Throws Error
  // "lock.not-written".
  void write(const std::filesystem::path& file) const;

  bool empty() const;
  // Everything that is locked, sorted by name.
  std::vector<LockedPlugin> plugins() const;
  // True if `name` is locked, for whatever platform.
  bool has(const std::string& name) const;
  // Notes what is installed now. Another version drops the digests of other platforms: they belong to the old one.
  void set(const std::string& name, const std::string& version, const std::string& sha256, const std::string& now);
  void remove(const std::string& name);
  // Nothing if this very library is locked. Throws Error "plugin.not-locked" or "plugin.digest-mismatch", which say
  // what to do.
  void admit(const std::string& name, const std::string& version, const std::string& sha256) const;

 private:
  LockedPlugin locked(const std::string& name) const;

  Json x_json;
};

// "linux-x86_64"
const char* lock_platform();

}  // namespace dfx
