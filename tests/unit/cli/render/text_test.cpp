#include <gtest/gtest.h>

#include "cli/render/terminal.hpp"

namespace dfx {
namespace {

TEST(Display, LeavesOrdinaryTextAlone) {
  EXPECT_EQ(display("cp-a: 4GiB"), "cp-a: 4GiB");
  EXPECT_EQ(display("Größe 日本"), "Größe 日本");
}

TEST(Display, LetsNoControlCharacterThrough) {
  EXPECT_EQ(display("a\x1b[31mb"), "a\\u001b[31mb");
  EXPECT_EQ(display("\a\r\n\t"), "\\u0007\\u000d\\n\\t");
  EXPECT_EQ(display("\x7f"), "\\u007f");
  EXPECT_EQ(display("\xc2\x9b"
                    "31m"),
            "\\u009b31m");
}

TEST(Display, LetsNoMarkThroughThatReordersOrHides) {
  EXPECT_EQ(display("\u202e"), "\\u202e");
  EXPECT_EQ(display("\u200b"), "\\u200b");
  EXPECT_EQ(display("\ufeff"), "\\ufeff");
}

TEST(Display, ShowsBytesThatAreNoUtf8) {
  EXPECT_EQ(display("a\xff"), "a\\xff");
  EXPECT_EQ(display("\xe2\x82"), "\\xe2\\x82");
  EXPECT_EQ(display("\xc0\x80"), "\\xc0\\x80");
}

TEST(Shorten, KeepsToTheWidthInColumns) {
  EXPECT_EQ(shorten("lxd/lxd.instance/cp-a", 12), "lxd/lxd.i...");
  EXPECT_EQ(shorten("short", 12), "short");
  EXPECT_LE(display_width(shorten("日本語日本語日本語", 8)), 8u);
}

TEST(Wrap, BreaksAtSpacesAndKeepsLongWordsWhole) {
  EXPECT_EQ(wrap("one two three", 7), (std::vector<std::string>{"one two", "three"}));
  EXPECT_EQ(wrap("see https://example.com/a/very/long/path now", 12),
            (std::vector<std::string>{"see", "https://example.com/a/very/long/path", "now"}));
  EXPECT_EQ(wrap("a\nb", 7), (std::vector<std::string>{"a", "b"}));
}

}  // namespace
}  // namespace dfx
