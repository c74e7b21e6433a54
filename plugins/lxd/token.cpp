#include "plugins/lxd/token.hpp"

#include <array>

#include "plugins/lxd/json.hpp"

namespace dfx::lxd {
namespace {

std::array<int, 256> make_values() {
  std::array<int, 256> values{};
  values.fill(-1);
  int next = 0;
  for (const char c : std::string("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))
    values[static_cast<unsigned char>(c)] = next++;
  values['-'] = 62;
  values['_'] = 63;
  return values;
}

}  // namespace

std::optional<std::string> decode_base64(const std::string& text) {
  static const std::array<int, 256> k_values = make_values();
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    if (c == '=' || c == '\n' || c == '\r' || c == ' ') continue;
    const int value = k_values[static_cast<unsigned char>(c)];
    if (value < 0) return std::nullopt;
    bits = (bits << 6) | static_cast<std::uint32_t>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>((bits >> count) & 0xff);
  }
  return out;
}

std::optional<TrustToken> parse_token(const std::string& text) {
  const auto raw = decode_base64(text);
  if (!raw) return std::nullopt;
  const Json json = Json::parse(*raw, nullptr, false);
  TrustToken token{text_at(json, "client_name"), text_at(json, "fingerprint")};
  if (token.fingerprint.empty() || text_at(json, "secret").empty()) return std::nullopt;
  return token;
}

}  // namespace dfx::lxd
