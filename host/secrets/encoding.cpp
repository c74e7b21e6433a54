#include "host/secrets/encoding.hpp"

#include <array>

#include "core/util/hex.hpp"

namespace dfx::host {
namespace {

constexpr std::string_view k_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<std::int8_t, 256> reverse_alphabet() {
  std::array<std::int8_t, 256> out{};
  for (auto& v : out) v = -1;
  for (std::size_t i = 0; i < k_alphabet.size(); ++i)
    out[static_cast<unsigned char>(k_alphabet[i])] = static_cast<std::int8_t>(i);
  return out;
}

// The characters without padding; nothing if the padding is not exactly right.
std::optional<std::string_view> without_padding(std::string_view text, bool padded) {
  if (!padded) return text.find('=') == std::string_view::npos ? std::optional(text) : std::nullopt;
  if (text.size() % 4 != 0) return std::nullopt;
  for (int i = 0; i < 2 && !text.empty() && text.back() == '='; ++i) text.remove_suffix(1);
  return text;
}

}  // namespace

Bytes to_bytes(std::string_view text) { return {text.begin(), text.end()}; }
std::string to_text(const Bytes& bytes) { return {bytes.begin(), bytes.end()}; }

std::string hex(const Bytes& bytes) { return dfx::hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()}); }

std::string base64(std::string_view raw, bool padded) {
  std::string out;
  out.reserve((raw.size() + 2) / 3 * 4);
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : raw) {
    bits = bits << 8 | static_cast<unsigned char>(c);
    for (count += 8; count >= 6; count -= 6) out += k_alphabet[bits >> (count - 6) & 63];
  }
  if (count > 0) out += k_alphabet[bits << (6 - count) & 63];
  while (padded && out.size() % 4 != 0) out += '=';
  return out;
}

std::string base64(const Bytes& raw, bool padded) {
  return base64(std::string_view(reinterpret_cast<const char*>(raw.data()), raw.size()), padded);
}

std::optional<Bytes> base64_decode(std::string_view text, bool padded) {
  static constexpr auto k_values = reverse_alphabet();
  const auto digits = without_padding(text, padded);
  if (!digits || digits->size() % 4 == 1) return std::nullopt;
  Bytes out;
  out.reserve(digits->size() * 3 / 4);
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : *digits) {
    const int value = k_values[static_cast<unsigned char>(c)];
    if (value < 0) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out.push_back(static_cast<std::uint8_t>(bits >> count));
  }
  // Left-over bits must be zero: otherwise two texts would mean the same bytes.
  if ((bits & ((1u << count) - 1)) != 0) return std::nullopt;
  return out;
}

}  // namespace dfx::host
