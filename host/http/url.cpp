#include "host/http/url.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "host/http/lower_case.hpp"

namespace dfx::host {
namespace {

constexpr std::string_view k_unix = "unix://";

bool plain_characters(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > 0x20 && c < 0x7f && c != '"' && c != '\\'; });
}

bool host_characters(std::string_view host, bool bracketed) {
  return !host.empty() && std::all_of(host.begin(), host.end(), [&](unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '.' || c == '-' || c == '_' || (bracketed && c == ':');
  });
}

bool take_port(std::string_view text, std::uint16_t& port) {
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), port);
  return problem == std::errc() && end == text.data() + text.size() && port != 0;
}

bool take_authority(std::string_view text, Url& url) {
  const bool bracketed = !text.empty() && text.front() == '[';
  const std::size_t end = bracketed ? text.find(']') : std::min(text.find(':'), text.size());
  if (end == std::string_view::npos) return false;
  url.host = lower_case(std::string(text.substr(bracketed ? 1 : 0, bracketed ? end - 1 : end)));
  const std::string_view rest = text.substr(std::min(end + (bracketed ? 1 : 0), text.size()));
  if (!host_characters(url.host, bracketed)) return false;
  if (rest.empty()) return true;
  return rest.front() == ':' && take_port(rest.substr(1), url.port);
}

void take_target(std::string_view text, Url& url) {
  const std::size_t question = std::min(text.find('?'), text.size());
  url.path = text.substr(0, question);
  if (url.path.empty()) url.path = "/";
  if (question < text.size()) url.query = text.substr(question + 1);
}

std::optional<Url> parse_unix(std::string_view rest) {
  Url url;
  url.scheme = Url::Scheme::unix_socket;
  const std::size_t colon = rest.find(":/");
  if (rest.empty() || rest.front() != '/') return std::nullopt;
  url.socket = rest.substr(0, std::min(colon, rest.size()));
  take_target(colon == std::string_view::npos ? "/" : rest.substr(colon + 1), url);
  return url;
}

std::string authority(const Url& url) {
  const std::string host = url.host.find(':') == std::string::npos ? url.host : "[" + url.host + "]";
  return host + ":" + std::to_string(url.port);
}

}  // namespace

std::string Url::origin() const {
  switch (scheme) {
    case Scheme::unix_socket: return "unix://" + socket;
    case Scheme::http: return "http://" + authority(*this);
    case Scheme::https: break;
  }
  return "https://" + authority(*this);
}

std::string Url::text() const {
  const std::string begin = scheme == Scheme::unix_socket ? "http://localhost" : origin();
  return begin + path + (query.empty() ? "" : "?" + query);
}

bool Url::local() const {
  if (scheme == Scheme::unix_socket || host == "localhost" || host == "::1") return true;
  // A name may begin with "127." too: only an address counts.
  in_addr address{};
  return inet_pton(AF_INET, host.c_str(), &address) == 1 && (ntohl(address.s_addr) >> 24) == 127;
}

std::optional<Url> parse_url(std::string_view text) {
  if (!plain_characters(text) || text.find('#') != std::string_view::npos) return std::nullopt;
  if (text.substr(0, k_unix.size()) == k_unix) return parse_unix(text.substr(k_unix.size()));
  Url url;
  const std::size_t scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos) return std::nullopt;
  const std::string_view scheme = text.substr(0, scheme_end);
  if (scheme != "http" && scheme != "https") return std::nullopt;
  url.scheme = scheme == "http" ? Url::Scheme::http : Url::Scheme::https;
  url.port = scheme == "http" ? 80 : 443;
  text.remove_prefix(scheme_end + 3);
  const std::size_t authority_end = std::min(text.find_first_of("/?"), text.size());
  if (!take_authority(text.substr(0, authority_end), url)) return std::nullopt;
  take_target(text.substr(authority_end), url);
  return url;
}

}  // namespace dfx::host
