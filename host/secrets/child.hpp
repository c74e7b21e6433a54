// One command run to its end, its output collected; for sources inside this folder.
#pragma once
#include <chrono>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace dfx::host {

struct ChildLimits {
  std::chrono::milliseconds timeout{30'000};
  std::chrono::milliseconds grace{2'000};  // between SIGTERM and SIGKILL
  std::size_t max_output = 1u << 20;
};

struct ChildResult {
  enum class End { exited, signalled, not_started, timed_out, cancelled, too_much_output };
  End end = End::not_started;
  int code = 0;  // exit status, signal or errno
  std::string output;
  std::string errors;  // the first 4 KiB of its error output
};

// Starts `command` (searched in PATH) without a shell in a process group of its own, its input empty. Whatever
// happens, the command is gone when this returns. Never throws for what the command does. [any]
ChildResult run_child(const std::vector<std::string>& command, const std::filesystem::path& folder,
                      const ChildLimits& limits, const std::stop_token& cancel);

}  // namespace dfx::host
