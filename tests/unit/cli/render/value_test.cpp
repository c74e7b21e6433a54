#include "cli/render/value.hpp"

#include <gtest/gtest.h>

namespace dfx {
namespace {

using std::chrono::milliseconds;

TEST(ValueText, NeverShowsWhatIsSecret) {
  EXPECT_EQ(value_text({{"$dfx", {{"secret", "stack/token"}, {"version", "ab12"}}}}), "(secret)");
  EXPECT_EQ(value_text({{"user", {{"token", {{"$dfx", {{"secret", "stack/token"}}}}}}}}), R"x({"user":{"token":"(secret)"}})x");
  EXPECT_EQ(value_text({{"$dfx", {{"concat", {"Bearer ", {{"$dfx", {{"secret", "stack/token"}}}}}}}}}), "(secret)");
}

TEST(ValueText, SaysWhatIsNotKnownYet) {
  EXPECT_EQ(value_text({{"$dfx", {{"unknown", "made by apply"}}}}), "(known after apply)");
  EXPECT_EQ(value_text({{"$dfx", {{"ref", "lxd/lxd.instance/a"}, {"path", "/address"}}}}), "(from lxd/lxd.instance/a/address)");
  EXPECT_EQ(value_text(nullptr), "(none)");
}

TEST(ValueText, LetsNoControlCharacterThrough) {
  EXPECT_EQ(value_text("a\x1b[0m").find('\x1b'), std::string::npos);
}

TEST(WithoutNodes, ReplacesNodesAtAnyDepth) {
  const Json value = {{"list", {1, {{"$dfx", {{"secret", "x"}}}}}}};
  EXPECT_EQ(without_nodes(value), (Json{{"list", {1, "(secret)"}}}));
}

TEST(DurationText, IsShort) {
  EXPECT_EQ(duration_text(milliseconds(900)), "0s");
  EXPECT_EQ(short_duration_text(milliseconds(3)), "0.1s");
  EXPECT_EQ(short_duration_text(milliseconds(920)), "0.9s");
  EXPECT_EQ(short_duration_text(milliseconds(9'940)), "9.9s");
  EXPECT_EQ(short_duration_text(milliseconds(9'960)), "9s");
  EXPECT_EQ(short_duration_text(milliseconds(61'000)), "1m01s");
  EXPECT_EQ(size_text(72'315ull << 20), "70 GiB");
  EXPECT_EQ(size_text(640ull << 20), "640 MiB");
  EXPECT_EQ(size_text(9ull << 30), "9216 MiB");
  EXPECT_EQ(size_text(0), "0 KiB");
  EXPECT_EQ(duration_text(milliseconds(61'000)), "1m01s");
  EXPECT_EQ(duration_text(milliseconds(3'600'000 * 2 + 300'000)), "2h05m");
  EXPECT_EQ(duration_text(milliseconds(86'400'000LL * 3)), "3d");
}

TEST(AgeText, SaysHowLongAgo) {
  EXPECT_EQ(age_text(10'000, 10'500), "just now");
  EXPECT_EQ(age_text(0, 180'000), "3m ago");
}

TEST(TimeText, IsUtcWithMilliseconds) { EXPECT_EQ(time_text(1'714'565'024'120), "2024-05-01T12:03:44.120Z"); }

TEST(CountText, KnowsOneFromMany) {
  EXPECT_EQ(count_text(1, "resource"), "1 resource");
  EXPECT_EQ(count_text(0, "resource"), "0 resources");
}

}  // namespace
}  // namespace dfx
