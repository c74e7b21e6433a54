// One writer per stack and environment: a lock on a file of its own, released by the kernel whatever happens.
#pragma once
#include <filesystem>
#include <optional>
#include <string>

namespace dfx {

// Held while it lives. Not on the database's file: closing any descriptor of that would drop SQLite's own locks.
class RunLock {
 public:
  // Takes it at once or throws Error "state.locked", which says who holds it since when.
  RunLock(const std::filesystem::path& file, const std::string& command);
  ~RunLock();
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;

 private:
  int x_fd = -1;
};

// Who holds it now, as RunLock says it; nothing if nobody does. Takes nothing, so no run is ever turned away by it.
std::optional<std::string> run_lock_holder(const std::filesystem::path& file);

}  // namespace dfx
