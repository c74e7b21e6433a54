#include "cli/fd_stream.hpp"

#include <gtest/gtest.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <string>

namespace dfx {
namespace {

TEST(FdStream, WritesEverythingInOrder) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const std::string text(30'000, 'x');
  {
    FdStream out(ends[1]);
    out << "first " << 1 << '\n' << text << std::flush;
    EXPECT_EQ(out.problem(), 0);
  }
  close(ends[1]);
  std::string got(40'000, '\0');
  std::size_t size = 0;
  for (ssize_t n = 1; n > 0; size += static_cast<std::size_t>(n)) n = read(ends[0], got.data() + size, got.size() - size);
  close(ends[0]);
  EXPECT_EQ(got.substr(0, size), "first 1\n" + text);
}

TEST(FdStream, RemembersAFullDisk) {
  const int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
  if (fd < 0) GTEST_SKIP() << "no /dev/full here";
  FdStream out(fd);
  out << std::string(100'000, 'x') << std::flush;
  EXPECT_EQ(out.problem(), ENOSPC);
  close(fd);
}

TEST(FdStream, TellsAReaderThatHasLeft) {
  std::signal(SIGPIPE, SIG_IGN);
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  close(ends[0]);
  FdStream out(ends[1]);
  out << "text" << std::flush;
  EXPECT_EQ(out.problem(), EPIPE);
  close(ends[1]);
}

}  // namespace
}  // namespace dfx
