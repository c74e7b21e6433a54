#include "cli/fd_stream.hpp"

#include <unistd.h>

#include <cerrno>

namespace dfx {

int FdStream::Buffer::overflow(int c) {
  if (sync() != 0) return traits_type::eof();
  if (c == traits_type::eof()) return 0;
  *pptr() = traits_type::to_char_type(c);
  pbump(1);
  return c;
}

int FdStream::Buffer::sync() {
  const char* at = pbase();
  while (x_problem == 0 && at < pptr()) {
    const ssize_t size = ::write(x_fd, at, static_cast<std::size_t>(pptr() - at));
    if (size >= 0) at += size;
    else if (errno != EINTR) x_problem = errno;
  }
  setp(x_bytes.data(), x_bytes.data() + x_bytes.size());
  return x_problem == 0 ? 0 : -1;
}

}  // namespace dfx
