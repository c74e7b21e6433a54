// Where the stack file's secrets come from: environment, file, command.
#pragma once
#include <chrono>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "core/model/diagnostics.hpp"

namespace dfx::host {

// Each gives the value without its last line feed, and throws Error "secret.missing" (not there, empty) or
// "secret.failed" (cannot be read), never with a part of a value in its words. `name` is the secret's, for messages.

std::string secret_from_env(const std::string& name, const std::string& variable);

// A regular file of at most 1 MiB; "~/" is the home folder, a relative path starts at `base`. A file that others can
// read gives the warning "secret.readable".
std::string secret_from_file(const std::string& name, const std::string& path, const std::filesystem::path& base,
                             Diagnostics& warnings);

// The same without reading it.
void check_secret_file(const std::string& name, const std::string& path, const std::filesystem::path& base, Diagnostics& warnings);

// Runs the command without a shell, with no input, and reads at most 1 MiB of its output. Its error output goes into
// the message of a failure, its first lines only. Stopped (SIGTERM, then SIGKILL) at the timeout or on cancel.
std::string secret_from_command(const std::string& name, const std::vector<std::string>& command,
                                const std::filesystem::path& folder, std::chrono::milliseconds timeout,
                                const std::stop_token& cancel = {});

}  // namespace dfx::host
