// A file descriptor that closes itself; for sources inside this folder.
#pragma once
#include <unistd.h>

#include <utility>

namespace dfx::host {

class Fd {
 public:
  explicit Fd(int fd = -1) : x_fd(fd) {}
  Fd(Fd&& other) noexcept : x_fd(std::exchange(other.x_fd, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(x_fd, other.x_fd);
    return *this;
  }
  ~Fd() { close(); }

  int get() const { return x_fd; }
  bool valid() const { return x_fd >= 0; }
  void close() {
    if (x_fd >= 0) ::close(std::exchange(x_fd, -1));
  }

 private:
  int x_fd;
};

}  // namespace dfx::host
