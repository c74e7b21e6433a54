#include "core/plugin/sealed_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/model/diagnostics.hpp"

namespace dfx {
namespace {

[[noreturn]] void refuse(const char* code, const std::filesystem::path& file, const std::string& why, const char* help) {
  throw Error(code, "a plugin cannot be loaded", file.string() + ": " + why, help);
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : x_fd(fd) {}
  ~Descriptor() {
    if (x_fd >= 0) close(x_fd);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return x_fd; }
  int release() {
    const int fd = x_fd;
    x_fd = -1;
    return fd;
  }

 private:
  int x_fd;
};

int open_regular(const std::filesystem::path& file, std::size_t most_bytes, std::size_t& size) {
  const int fd = open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (fd < 0 && errno == ENOENT) refuse("plugin.no-library", file, "there is no such file", "install the plugin again");
  if (fd < 0 && errno == ELOOP) refuse("plugin.not-loadable", file, "it is a symbolic link", "put the library itself there");
  if (fd < 0) refuse("plugin.not-loadable", file, std::strerror(errno), "");
  Descriptor owned(fd);
  struct stat info {};
  if (fstat(fd, &info) != 0) refuse("plugin.not-loadable", file, std::strerror(errno), "");
  if (!S_ISREG(info.st_mode)) refuse("plugin.not-loadable", file, "it is no regular file", "");
  size = static_cast<std::size_t>(info.st_size);
  if (size > most_bytes) refuse("plugin.not-loadable", file, "it is larger than any plugin should be", "");
  return owned.release();
}

void copy(int from, int to, std::size_t size, const std::filesystem::path& file) {
  for (std::size_t left = size; left > 0;) {
    const ssize_t moved = sendfile(to, from, nullptr, left);
    if (moved < 0 && errno == EINTR) continue;
    if (moved < 0) refuse("plugin.not-loadable", file, std::strerror(errno), "free some memory");
    if (moved == 0) refuse("plugin.not-loadable", file, "it became shorter while it was read", "run this again");
    left -= static_cast<std::size_t>(moved);
  }
}

}  // namespace

SealedFile::SealedFile(const std::filesystem::path& file, std::size_t most_bytes) {
  std::size_t size = 0;
  const Descriptor source(open_regular(file, most_bytes, size));
  Descriptor memory(memfd_create(file.filename().c_str(), MFD_ALLOW_SEALING | MFD_CLOEXEC));
  if (memory.get() < 0) refuse("plugin.not-loadable", file, std::strerror(errno), "");
  copy(source.get(), memory.get(), size, file);
  if (fcntl(memory.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) != 0)
    refuse("plugin.not-loadable", file, std::strerror(errno), "");
  if (size > 0) {
    void* view = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, memory.get(), 0);
    if (view == MAP_FAILED) refuse("plugin.not-loadable", file, std::strerror(errno), "free some memory");
    x_bytes = {static_cast<const char*>(view), size};
  }
  x_fd = memory.release();
}

SealedFile::~SealedFile() {
  if (!x_bytes.empty()) munmap(const_cast<char*>(x_bytes.data()), x_bytes.size());
  if (x_fd >= 0) close(x_fd);
}

std::string SealedFile::keep_as_path() {
  const int fd = x_fd;
  x_fd = -1;
  return "/proc/self/fd/" + std::to_string(fd);
}

}  // namespace dfx
