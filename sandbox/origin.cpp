#include "sandbox/origin.hpp"

#include <algorithm>
#include <charconv>

#include "core/model/diagnostics.hpp"
#include "core/util/text.hpp"

namespace dfx::sandbox {
namespace {

constexpr std::string_view k_https = "https://";
constexpr std::string_view k_unix = "unix://";
constexpr std::string_view k_unix_host = "unix:";

bool starts(std::string_view text, std::string_view prefix) { return text.substr(0, prefix.size()) == prefix; }

[[noreturn]] void bad(const std::string& text) {
  throw Error("sandbox.bad-origin", "the sandbox cannot stand for this address", "\"" + text + "\" is no server's address",
              "it looks like https://HOST:PORT or unix:///PATH");
}

std::uint16_t read_port(std::string_view digits, const std::string& text) {
  std::uint16_t port = 0;
  const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (result.ec != std::errc() || result.ptr != digits.data() + digits.size() || port == 0) bad(text);
  return port;
}

// Where the host ends in "host:port" or "[v6]:port".
std::size_t host_end(std::string_view authority, const std::string& text) {
  if (!starts(authority, "[")) return std::min(authority.find(':'), authority.size());
  const std::size_t bracket = authority.find(']');
  if (bracket == std::string_view::npos) bad(text);
  return bracket + 1;
}

}  // namespace

Origin read_origin(const std::string& text) {
  if (starts(text, k_unix)) {
    if (text.size() <= k_unix.size() || text[k_unix.size()] != '/') bad(text);
    return origin_of(std::string(k_unix_host) + text.substr(k_unix.size()), 0);
  }
  if (!starts(text, k_https)) bad(text);
  std::string_view authority = std::string_view(text).substr(k_https.size());
  authority = authority.substr(0, authority.find('/'));
  const std::size_t end = host_end(authority, text);
  const std::string_view rest = authority.substr(end);
  if (end == 0 || (!rest.empty() && rest.front() != ':')) bad(text);
  return origin_of(std::string(authority.substr(0, end)), rest.empty() ? 443 : read_port(rest.substr(1), text));
}

Origin origin_of(const std::string& host, std::uint16_t port) {
  if (starts(host, k_unix_host)) {
    return {std::string(k_unix) + host.substr(k_unix_host.size()), host, 0, true};
  }
  std::string bare = lower(host);
  if (starts(bare, "[") && bare.back() == ']') bare = bare.substr(1, bare.size() - 2);
  const std::string shown = bare.find(':') == std::string::npos ? bare : "[" + bare + "]";
  return {std::string(k_https) + shown + ":" + std::to_string(port), bare, port, false};
}

}  // namespace dfx::sandbox
