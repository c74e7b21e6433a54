#include "host/secrets/sources.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "host/secrets/child.hpp"
#include "host/secrets/crypto.hpp"
#include "host/secrets/fd.hpp"

namespace dfx::host {
namespace {

constexpr std::size_t k_largest = 1u << 20;

[[noreturn]] void missing(const std::string& name, const std::string& why, const std::string& help) {
  throw Error("secret.missing", "a secret has no value", "secret `" + name + "`: " + why, help);
}

[[noreturn]] void failed(const std::string& name, const std::string& why, const std::string& help = {}) {
  throw Error("secret.failed", "a secret cannot be read", "secret `" + name + "`: " + why, help);
}

std::string without_line_feed(std::string value) {
  if (!value.empty() && value.back() == '\n') value.pop_back();
  if (!value.empty() && value.back() == '\r') value.pop_back();
  return value;
}

std::filesystem::path place_of(const std::string& path, const std::filesystem::path& base) {
  if (path.compare(0, 2, "~/") == 0) {
    const char* home = std::getenv("HOME");
    if (home != nullptr && *home != '\0') return std::filesystem::path(home) / path.substr(2);
  }
  return base / path;
}

void check_file(const std::string& name, const std::filesystem::path& file, int fd, Diagnostics& warnings) {
  struct stat info{};
  if (::fstat(fd, &info) != 0) failed(name, file.string() + ": " + std::strerror(errno));
  if (!S_ISREG(info.st_mode)) failed(name, file.string() + " is no regular file");
  if (static_cast<std::size_t>(info.st_size) > k_largest) failed(name, file.string() + " is larger than 1 MiB");
  if ((info.st_mode & 077) == 0) return;
  Diagnostic& d = warnings.warning("secret.readable", "a secret's file is open to others");
  d.detail = "secret `" + name + "`: " + file.string() + " can be read or changed by other users of this machine";
  d.help = "chmod 600 " + file.string();
}

Fd open_file(const std::string& name, const std::filesystem::path& file, Diagnostics& warnings) {
  // Non-blocking: a named pipe must not hold the run.
  Fd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!fd.valid() && errno == ENOENT) missing(name, "there is no file " + file.string(), "write the value into that file, mode 0600");
  if (!fd.valid()) failed(name, file.string() + ": " + std::strerror(errno));
  check_file(name, file, fd.get(), warnings);
  return fd;
}

std::string read_file(const std::string& name, const std::filesystem::path& file, int fd) {
  std::string out(k_largest, '\0');
  std::size_t size = 0;
  while (size < out.size()) {
    const ssize_t n = ::read(fd, out.data() + size, out.size() - size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) failed(name, file.string() + ": " + std::strerror(errno));
    if (n == 0) break;
    size += static_cast<std::size_t>(n);
  }
  std::string value = out.substr(0, size);
  wipe(out);
  return value;
}

// Printable and short: it is another program's text.
std::string quoted_errors(const std::string& errors) {
  if (errors.empty()) return "";
  std::string out = "; it said: ";
  for (const char c : errors.substr(0, 300)) out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  return out;
}

void check_end(const std::string& name, const std::string& program, const ChildResult& result) {
  using End = ChildResult::End;
  const std::string said = quoted_errors(result.errors);
  const std::string help = "run the command by hand to see what it needs";
  switch (result.end) {
    case End::exited:
      if (result.code != 0) failed(name, "`" + program + "` ended with status " + std::to_string(result.code) + said, help);
      return;
    case End::signalled:
      failed(name, "`" + program + "` was killed by signal " + std::to_string(result.code) + said, help);
    case End::not_started: failed(name, "`" + program + "` cannot be started: " + std::strerror(result.code), help);
    case End::timed_out: failed(name, "`" + program + "` did not end in time and was stopped" + said, help);
    case End::cancelled: failed(name, "`" + program + "` was stopped because dfx was asked to stop");
    case End::too_much_output: failed(name, "`" + program + "` wrote more than 1 MiB", help);
  }
}

}  // namespace

std::string secret_from_env(const std::string& name, const std::string& variable) {
  const char* value = std::getenv(variable.c_str());
  if (value == nullptr || *value == '\0')
    missing(name, "the environment variable " + variable + (value == nullptr ? " is not set" : " is empty"),
            "export " + variable + "=… before you run dfx");
  return without_line_feed(value);
}

void check_secret_file(const std::string& name, const std::string& path, const std::filesystem::path& base, Diagnostics& warnings) {
  open_file(name, place_of(path, base), warnings);
}

std::string secret_from_file(const std::string& name, const std::string& path, const std::filesystem::path& base,
                             Diagnostics& warnings) {
  const std::filesystem::path file = place_of(path, base);
  const Fd fd = open_file(name, file, warnings);
  std::string value = without_line_feed(read_file(name, file, fd.get()));
  if (value.empty()) missing(name, file.string() + " is empty", "write the value into that file");
  return value;
}

std::string secret_from_command(const std::string& name, const std::vector<std::string>& command,
                                const std::filesystem::path& folder, std::chrono::milliseconds timeout,
                                const std::stop_token& cancel) {
  if (command.empty()) failed(name, "its command is empty");
  ChildLimits limits;
  limits.timeout = timeout;
  limits.max_output = k_largest;
  ChildResult result = run_child(command, folder, limits, cancel);
  check_end(name, command.front(), result);
  std::string value = without_line_feed(std::move(result.output));
  if (value.empty()) missing(name, "`" + command.front() + "` wrote nothing", "run the command by hand to see why");
  return value;
}

}  // namespace dfx::host
