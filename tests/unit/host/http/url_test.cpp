#include "host/http/url.hpp"

#include <gtest/gtest.h>

namespace dfx::host {
namespace {

TEST(Url, ReadsEachForm) {
  const auto tcp = parse_url("https://Host.example:8443/1.0/x?recursion=1");
  ASSERT_TRUE(tcp);
  EXPECT_EQ(tcp->origin(), "https://host.example:8443");
  EXPECT_EQ(tcp->path, "/1.0/x");
  EXPECT_EQ(tcp->query, "recursion=1");
  EXPECT_EQ(parse_url("https://h")->text(), "https://h:443/");
  EXPECT_EQ(parse_url("http://[::1]:80/a")->origin(), "http://[::1]:80");
  const auto unix_socket = parse_url("unix:///var/lib/lxd/unix.socket:/1.0?x=1");
  ASSERT_TRUE(unix_socket);
  EXPECT_EQ(unix_socket->socket, "/var/lib/lxd/unix.socket");
  EXPECT_EQ(unix_socket->text(), "http://localhost/1.0?x=1");
  EXPECT_EQ(unix_socket->origin(), "unix:///var/lib/lxd/unix.socket");
}

TEST(Url, RefusesWhatCouldMeanSomethingElse) {
  for (const char* text :
       {"", "https", "https://", "https:///x", "ftp://h/", "https://user@h/", "https://h:0/", "https://h:65536/", "https://h:8o/",
        "https://h/ x", "https://h/#part", "https://h/\n", "https://h\\x/", "https://[::1/", "https://[::1]x/", "https://h:/",
        "unix://relative", "unix://", "https://h%41/", "//h/", "https://h?\x7f"})
    EXPECT_FALSE(parse_url(text)) << text;
}

TEST(Url, OnlyThisMachineIsLocal) {
  for (const char* text : {"http://127.0.0.1/", "http://127.8.9.10:80/", "http://localhost/", "http://[::1]/", "unix:///s"})
    EXPECT_TRUE(parse_url(text)->local()) << text;
  for (const char* text : {"http://127.example.com/", "http://127.0.0.1.example.com/", "http://10.0.0.1/",
                           "http://localhost.example/", "http://128.0.0.1/"})
    EXPECT_FALSE(parse_url(text)->local()) << text;
}

// Every prefix and every changed byte of good addresses: either refused, or its parts say the same again.
TEST(Url, WhatIsReadReadsTheSameAgain) {
  for (const std::string good : {"https://host.example:8443/1.0/x?recursion=1&filter=a", "http://[fe80::1]:9/",
                                 "unix:///run/s.sock:/1.0?a=b"}) {
    for (std::size_t cut = 0; cut <= good.size(); ++cut)
      for (int c = 0; c < 256; c += cut < good.size() ? 1 : 256) {
        std::string text = good;
        if (cut < good.size()) text[cut] = static_cast<char>(c);
        const auto url = parse_url(text);
        if (!url) continue;
        const bool socket = url->scheme == Url::Scheme::unix_socket;
        const auto again = parse_url(socket ? url->origin() + ":" + url->path + "?" + url->query : url->text());
        ASSERT_TRUE(again) << text;
        EXPECT_EQ(again->origin(), url->origin()) << text;
        EXPECT_EQ(again->path, url->path) << text;
      }
  }
}

}  // namespace
}  // namespace dfx::host
