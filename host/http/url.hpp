// The URLs that dfx.http/1 takes, in parts.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dfx::host {

struct Url {
  enum class Scheme { http, https, unix_socket };
  Scheme scheme = Scheme::https;
  std::string host;    // lower case, without the brackets of IPv6; empty for a unix socket
  std::uint16_t port = 0;
  std::string socket;  // path of the unix socket
  std::string path;    // begins with "/"
  std::string query;   // without "?"

  // "https://host:8443", "unix:///path": what may be trusted with secrets, what a person is shown.
  std::string origin() const;
  // What libcurl gets: "https://host:8443/path?query".
  std::string text() const;
  // This machine itself: nothing in between can listen.
  bool local() const;
};

// "https://host[:port][/path][?query]", "http://...", "unix:///socket/path:/1.0". Nothing on anything else: user
// info, fragments, white space and control characters are refused.
std::optional<Url> parse_url(std::string_view text);

}  // namespace dfx::host
