#include "sandbox/origin.hpp"

#include <gtest/gtest.h>

#include "core/model/diagnostics.hpp"

namespace dfx::sandbox::testing {
namespace {

TEST(Origins, HaveOneForm) {
  EXPECT_EQ(read_origin("https://192.168.0.10:8443").text, "https://192.168.0.10:8443");
  EXPECT_EQ(read_origin("https://KKH.lan:8443/1.0").text, "https://kkh.lan:8443");
  EXPECT_EQ(read_origin("https://kkh").text, "https://kkh:443");
  EXPECT_EQ(read_origin("https://[fd00::1]:8443").host, "fd00::1");
  EXPECT_EQ(read_origin("unix:///var/lib/lxd/unix.socket").host, "unix:/var/lib/lxd/unix.socket");
}

TEST(Origins, AreFoundByWhereConnectionsGo) {
  EXPECT_EQ(origin_of("192.168.0.10", 8443).text, read_origin("https://192.168.0.10:8443").text);
  EXPECT_EQ(origin_of("fd00::1", 8443).text, read_origin("https://[fd00::1]:8443").text);
  EXPECT_EQ(origin_of("unix:/run/x", 0).text, read_origin("unix:///run/x").text);
}

TEST(Origins, ThatAreNoneAreRefused) {
  for (const char* text : {"", "http://a:1", "https://", "https://:1", "https://a:0", "https://a:x", "https://a:99999", "https://[::1",
                           "unix://", "unix://x", "ftp://a"}) {
    EXPECT_THROW(read_origin(text), Error) << text;
  }
}

}  // namespace
}  // namespace dfx::sandbox::testing
