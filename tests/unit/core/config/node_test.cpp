#include "core/config/node.hpp"

#include <gtest/gtest.h>

#include "core/config/yaml.hpp"

namespace dfx {
namespace {

std::string at(const Node& root, const char* pointer) {
  const Place place = place_at(root, pointer);
  return std::to_string(place.line) + ":" + std::to_string(place.column);
}

TEST(PlaceAt, LeadsToTheValueOrToTheKeyNearestToIt) {
  Diagnostics problems;
  const Node root = parse_yaml("machines:\n  web: {host: one, a/b: x}\nlist:\n  - first\n  - {key: value}\n", "s.yaml", problems);
  ASSERT_TRUE(problems.empty());
  EXPECT_EQ(at(root, "/machines/web/host"), "2:15");
  EXPECT_EQ(at(root, "/machines/web/a~1b"), "2:25");
  EXPECT_EQ(at(root, "/machines/web/image"), "2:3");
  EXPECT_EQ(at(root, "/machines/db/image"), "1:1");
  EXPECT_EQ(at(root, "/list/0"), "4:5");
  EXPECT_EQ(at(root, "/list/1/key"), "5:11");
  EXPECT_EQ(at(root, "/list/7"), "3:1");
  EXPECT_EQ(at(root, "/nothing"), "0:0");
  EXPECT_EQ(at(root, ""), "0:0");
}

}  // namespace
}  // namespace dfx
