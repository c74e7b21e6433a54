// HTTP for plugins: the meaning of "dfx.http/1" and "dfx.net/1" (sdk/include/dfx/http.h), without their C.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/call.hpp"
#include "core/model/provider.hpp"
#include "host/http/router.hpp"

namespace dfx::host {

struct HttpOptions {
  std::size_t max_body = 64u << 20;              // a longer answer is refused
  std::chrono::milliseconds connect_timeout{10'000};
  std::size_t max_idle = 64;                     // connections kept open for later
  std::chrono::milliseconds max_idle_age{60'000};
  Router* router = nullptr;                      // borrowed; if set, nothing without a route is dialled
  // One JSON line per request, never two calls at once: method, url, status, ms, bytes, plugin, function, operation.
  // No header, body or secret. May be empty.
  std::function<void(std::string_view line)> trace;
};

struct HttpAnswer {
  std::string head;  // JSON {"status", "headers"}
  std::string body;
};

// Keeps connections open between calls, by destination, client certificate and pin. [any]
class HttpService {
 public:
  explicit HttpService(HttpOptions options);
  ~HttpService();
  HttpService(const HttpService&) = delete;
  HttpService& operator=(const HttpService&) = delete;

  // Where a plugin may send secrets, resolved: "https://host:8443", "unix:///path". Replaces the plugin's list; a
  // plugin without one may send none.
  void allow_secret_origins(const std::string& plugin, std::vector<std::string> origins);

  // One request. Anything but `ok` leaves one record in the call's diagnostics and `answer` untouched. A read that was
  // sent but not answered is `unreachable`; `in_doubt` is for what may have had an effect.
  CallStatus request(const CallContext& call, std::string_view request_json, std::string_view body,
                     HttpAnswer& answer);

  // See dfx_net.probe.
  CallStatus probe(const CallContext& call, const std::string& address, std::uint16_t port,
                   std::chrono::milliseconds timeout, std::size_t limit, std::string& banner);

 private:
  struct Impl;
  std::unique_ptr<Impl> x_impl;
};

}  // namespace dfx::host
