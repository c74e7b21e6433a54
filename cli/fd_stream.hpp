// A buffered output stream over a descriptor that remembers why it failed: the standard streams forget.
#pragma once
#include <array>
#include <ostream>
#include <streambuf>

namespace dfx {

// Borrows the descriptor. [one thread at a time]
class FdStream final : public std::ostream {
 public:
  explicit FdStream(int fd) : std::ostream(nullptr), x_buffer(fd) { rdbuf(&x_buffer); }
  ~FdStream() override { flush(); }
  FdStream(const FdStream&) = delete;
  FdStream& operator=(const FdStream&) = delete;

  // errno of the first write that failed, or 0. What was written after it is lost.
  int problem() const { return x_buffer.problem(); }

 private:
  class Buffer final : public std::streambuf {
   public:
    explicit Buffer(int fd) : x_fd(fd) { setp(x_bytes.data(), x_bytes.data() + x_bytes.size()); }
    int problem() const { return x_problem; }

   protected:
    int overflow(int c) override;
    int sync() override;

   private:
    int x_fd;
    int x_problem = 0;
    std::array<char, 16 * 1024> x_bytes{};
  };

  Buffer x_buffer;
};

}  // namespace dfx
