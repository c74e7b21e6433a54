#include "plugins/lxd/sizes.hpp"

#include <gtest/gtest.h>

namespace dfx::lxd {
namespace {

TEST(Sizes, AreReadAsLxdReadsThem) {
  EXPECT_EQ(parse_size("4GiB"), 4ull << 30);
  EXPECT_EQ(parse_size("512MB"), 512'000'000u);
  EXPECT_EQ(parse_size("1024"), 1024u);
  EXPECT_EQ(parse_size("1kB"), 1000u);
}

TEST(Sizes, RefuseWhatIsNone) {
  for (const char* text :
       {"", "GiB", "4 GiB", "4gib", "-1GiB", "50%", "99999999999999999999GiB", "18446744073709551615TiB"})
    EXPECT_FALSE(parse_size(text)) << text;
}

TEST(Sizes, OfTwoSpellingsAreTheSame) {
  EXPECT_TRUE(same_size("4GiB", "4096MiB"));
  EXPECT_FALSE(same_size("4GB", "4GiB"));
  EXPECT_TRUE(same_size("50%", "50%"));
}

TEST(Sizes, AreShownShort) {
  EXPECT_EQ(format_size(3'972'844'748), "3.7GiB");
  EXPECT_EQ(format_size(512), "512B");
  EXPECT_EQ(format_size(120ull << 30), "120GiB");
}

}  // namespace
}  // namespace dfx::lxd
