// One connection to one destination, kept for later requests; for sources inside this folder.
#pragma once
#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/json.hpp"
#include "host/http/router.hpp"
#include "host/http/tls.hpp"
#include "host/http/transfer.hpp"

namespace dfx::host {

// Where the connection goes and as whom.
struct Destination {
  Url url;  // the first request's: scheme, host, port and socket count
  std::optional<Route> route;
  TlsSettings tls;
  std::chrono::milliseconds connect_timeout{};
  std::chrono::milliseconds max_idle_age{};
};

struct Exchange {
  std::string method;
  std::string url;
  std::vector<std::string> headers;
  std::string_view body;
  bool repeatable = false;  // may be sent again if a kept connection turns out to be dead
  std::size_t max_body = 0;
  std::chrono::steady_clock::time_point deadline;
  std::stop_token stop;
};

struct Reply {
  Ending ending = Ending::done;
  CURLcode code = CURLE_OK;
  std::string words;  // libcurl's
  long os_error = 0;
  bool sent = false;  // a byte of the request may have left
  bool too_large = false;
  int status = 0;
  Json headers = Json::object();  // lower-case names
  std::string body;
};

// [one thread at a time]
class Session {
 public:
  // Throws Error "http.bad-tls".
  explicit Session(Destination to);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  Reply run(const Exchange& exchange);
  // Of the last handshake; null without TLS.
  const Tls* tls() const { return x_tls ? &*x_tls : nullptr; }

 private:
  void set_destination();
  void set_exchange(const Exchange& exchange);

  Destination x_to;
  std::optional<Tls> x_tls;
  std::string x_connect_to;
  Multi x_multi;
  Easy x_easy;
};

}  // namespace dfx::host
