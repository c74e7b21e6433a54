// Where connections really go, if not to where they say.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

namespace dfx::host {

struct Route {
  std::string host;
  std::uint16_t port = 0;
  std::string pin;  // SHA-256 of the server's certificate, lower-case hex; replaces the request's pin and CA
};

// [any]
class Router {
 public:
  virtual ~Router() = default;
  // The route of a logical destination; nothing: it is refused, never dialled. A unix socket is asked for as host
  // "unix:<path>", port 0; its route is plain TCP. `client_certificate_pem` is empty if the request has none.
  virtual std::optional<Route> route(const std::string& host, std::uint16_t port,
                                     const std::string& client_certificate_pem) = 0;
};

}  // namespace dfx::host
