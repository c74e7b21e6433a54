// A plugin's request as the host understands it: checked, and its secrets put in at the last moment.
#pragma once
#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/model/call.hpp"
#include "core/model/json.hpp"
#include "host/http/tls.hpp"
#include "host/http/url.hpp"

namespace dfx::host {

// Opens one secret; throws Error if it cannot.
using Reveal = std::function<std::string(const std::string& handle)>;

struct Request {
  std::string method;
  Url url;
  std::chrono::milliseconds timeout{30'000};
  bool json_body = false;  // its body may hold secret nodes
  bool secret_url = false; // its address was made with a secret
  Json headers;            // object; values may be secret nodes
  Json tls;                // object; values may be secret nodes
};

// Checks everything but the values behind secrets; only those of method and url are opened. Throws Error
// "http.bad-request" (invalid).
Request parse_request(std::string_view json, const Reveal& reveal);

// Whether sending it opens a secret.
bool uses_secrets(const Request& request, std::string_view body);

// The ready header lines ("name: value"); with a content type if the request names none. Throws Error
// "http.bad-request".
std::vector<std::string> open_headers(const Request& request, const Reveal& reveal);
std::string open_body(const Request& request, std::string_view body, const Reveal& reveal);
TlsSettings open_tls(const Request& request, const Reveal& reveal);
// The certificate alone: what a router and the choice of a connection want to know. Opens no key.
std::string client_certificate(const Request& request, const Reveal& reveal);

}  // namespace dfx::host
