// The logical address of a simulated server, taken apart.
#pragma once
#include <cstdint>
#include <string>

namespace dfx::sandbox {

struct Origin {
  std::string text;  // normal form: "https://192.168.0.10:8443", "https://[fd00::1]:8443" or "unix:///path"
  std::string host;  // without brackets; of a unix socket "unix:/path"
  std::uint16_t port = 0;
  bool unix_socket = false;
};

// Throws Error "sandbox.bad-origin". A URL without a port means 443.
Origin read_origin(const std::string& text);

// The same from a destination as connections are routed: host and port, or "unix:/path" and 0.
Origin origin_of(const std::string& host, std::uint16_t port);

}  // namespace dfx::sandbox
