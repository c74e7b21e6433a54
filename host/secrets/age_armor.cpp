#include <algorithm>

#include "host/secrets/age.hpp"
#include "host/secrets/age_header.hpp"

namespace dfx::host {
namespace {

constexpr std::string_view k_begin = "-----BEGIN AGE ENCRYPTED FILE-----";
constexpr std::string_view k_end = "-----END AGE ENCRYPTED FILE-----";
constexpr std::size_t k_line = 64;

std::string_view take_line(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('\n'), rest.size());
  std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

}  // namespace

std::string age_armor(std::string_view sealed) {
  const std::string text = base64(sealed);
  std::string out = std::string(k_begin) + "\n";
  for (std::size_t at = 0; at < text.size(); at += k_line) out += text.substr(at, k_line) + "\n";
  return out + std::string(k_end) + "\n";
}

std::string age_dearmor(std::string_view text) {
  if (text.substr(0, k_begin.size()) != k_begin) return std::string(text);
  std::string_view rest = text;
  if (take_line(rest) != k_begin) age::refuse_file("its first line has a wrong form");
  std::string body;
  bool short_line = false;
  while (!rest.empty()) {
    const std::string_view line = take_line(rest);
    if (line == k_end) {
      const auto bytes = base64_decode(body);
      if (!bytes || rest.find_first_not_of(" \t\r\n") != std::string_view::npos) break;
      return to_text(*bytes);
    }
    if (short_line || line.empty() || line.size() > k_line) break;
    short_line = line.size() < k_line;
    body += line;
  }
  age::refuse_file("its armor is damaged or cut off");
}

}  // namespace dfx::host
