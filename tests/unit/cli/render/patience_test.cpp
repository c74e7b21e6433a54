#include "cli/render/patience.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <streambuf>

namespace dfx {
namespace {

// Counts lines; text may come from another thread.
class Lines final : public std::streambuf {
 public:
  int overflow(int c) override {
    if (c == '\n') {
      ++count;
      count.notify_all();
    }
    return c;
  }
  std::atomic<int> count{0};
};

TEST(Patience, SpeaksAgainAndAgainUntilItsEnd) {
  Lines lines;
  std::ostream out(&lines);
  Terminal to(out, {});
  {
    const Patience patience(to, "still looking at the world", std::chrono::milliseconds(1));
    while (lines.count < 2) lines.count.wait(lines.count);
  }
  const int said = lines.count;
  EXPECT_GE(said, 2);
}

TEST(Patience, SaysNothingIfItIsShort) {
  Lines lines;
  std::ostream out(&lines);
  Terminal to(out, {});
  { const Patience patience(to, "still looking at the world", std::chrono::hours(1)); }
  EXPECT_EQ(lines.count, 0);
}

}  // namespace
}  // namespace dfx
