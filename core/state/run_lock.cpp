#include "core/state/run_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <fstream>

#include "core/model/diagnostics.hpp"

namespace dfx {
namespace {

std::string now_text() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S UTC", &parts);
  return text.data();
}

std::string read_holder(int fd) {
  std::array<char, 512> text{};
  const ssize_t size = pread(fd, text.data(), text.size(), 0);
  return size > 0 ? std::string(text.data(), static_cast<std::size_t>(size)) : "an unknown process";
}

// The kernel's list of locks names a file as "major:minor:inode".
bool is_locked(const struct stat& info) {
  std::array<char, 64> name{};
  std::snprintf(name.data(), name.size(), " %02x:%02x:%llu ", major(info.st_dev), minor(info.st_dev),
                static_cast<unsigned long long>(info.st_ino));
  std::ifstream locks("/proc/locks");
  for (std::string line; std::getline(locks, line);)
    if (line.find("FLOCK") != std::string::npos && line.find(name.data()) != std::string::npos) return true;
  return false;
}

}  // namespace

std::optional<std::string> run_lock_holder(const std::filesystem::path& file) {
  const int fd = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return std::nullopt;
  struct stat info {};
  std::optional<std::string> out;
  if (fstat(fd, &info) == 0 && is_locked(info)) out = read_holder(fd);
  close(fd);
  return out;
}

RunLock::RunLock(const std::filesystem::path& file, const std::string& command) {
  std::error_code ignored;  // opening says what is wrong
  std::filesystem::create_directories(file.parent_path(), ignored);
  x_fd = open(file.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (x_fd < 0)
    throw Error("state.unreadable", "the lock file cannot be opened", file.string() + ": " + std::strerror(errno),
                "check the owner and mode of the folder");
  if (flock(x_fd, LOCK_EX | LOCK_NB) != 0) {
    const std::string holder = read_holder(x_fd);
    close(x_fd);
    throw Error("state.locked", "another run holds this environment", holder,
                "wait until it ends; `dfx status` works meanwhile");
  }
  const std::string holder = "`" + command + "`, process " + std::to_string(getpid()) + ", since " + now_text();
  // The words are a courtesy to whoever waits: a full disk must not stop the run here.
  if (ftruncate(x_fd, 0) == 0 && pwrite(x_fd, holder.data(), holder.size(), 0) < 0) return;
}

RunLock::~RunLock() { close(x_fd); }

}  // namespace dfx
