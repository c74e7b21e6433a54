#include "plugins/lxd/image_name.hpp"

#include <gtest/gtest.h>

namespace dfx::lxd {
namespace {

void expect(const std::string& text, const std::string& local, const std::string& server,
            const std::string& alias) {
  const auto name = parse_image(text, {{"corp", "https://images.corp.example"}});
  ASSERT_TRUE(name) << text;
  EXPECT_EQ(name->local, local) << text;
  EXPECT_EQ(name->server, server) << text;
  EXPECT_EQ(name->alias, alias) << text;
}

TEST(ImageName, WithoutARemoteIsLookedForOnTheHostFirst) {
  expect("ubuntu/24.04", "ubuntu/24.04", "https://cloud-images.ubuntu.com/releases", "24.04");
  expect("debian/12", "debian/12", "https://images.lxd.canonical.com", "debian/12/cloud");
  expect("debian/12/cloud", "debian/12/cloud", "https://images.lxd.canonical.com", "debian/12/cloud");
}

TEST(ImageName, WithoutASlashIsOnTheHostOnly) { expect("golden", "golden", "", ""); }

TEST(ImageName, OfARemoteIsTakenLiterally) {
  expect("ubuntu:24.04", "", "https://cloud-images.ubuntu.com/releases", "24.04");
  expect("images:alpine/3.20", "", "https://images.lxd.canonical.com", "alpine/3.20");
  expect("corp:base", "", "https://images.corp.example", "base");
  expect("local:mine", "mine", "", "");
}

TEST(ImageName, OfAnUnknownRemoteIsNone) {
  EXPECT_FALSE(parse_image("ubunu:24.04", Json::object()));
  EXPECT_FALSE(parse_image("ubuntu:", Json::object()));
}

}  // namespace
}  // namespace dfx::lxd
