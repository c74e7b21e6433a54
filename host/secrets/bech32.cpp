#include "host/secrets/bech32.hpp"

#include <algorithm>
#include <array>

namespace dfx::host {
namespace {

constexpr std::string_view k_alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr std::size_t k_checksum = 6;

std::uint32_t polymod(const Bytes& values) {
  constexpr std::array<std::uint32_t, 5> k_generator = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
  std::uint32_t check = 1;
  for (const std::uint8_t v : values) {
    const std::uint32_t top = check >> 25;
    check = (check & 0x1ffffff) << 5 ^ v;
    for (std::size_t i = 0; i < k_generator.size(); ++i)
      if ((top >> i & 1) != 0) check ^= k_generator[i];
  }
  return check;
}

Bytes expanded(std::string_view prefix) {
  Bytes out;
  for (const char c : prefix) out.push_back(static_cast<std::uint8_t>(c) >> 5);
  out.push_back(0);
  for (const char c : prefix) out.push_back(static_cast<std::uint8_t>(c) & 31);
  return out;
}

// Regroups bits; nothing if what is left over is more than padding.
std::optional<Bytes> regroup(const Bytes& in, int from, int to, bool pad) {
  Bytes out;
  std::uint32_t bits = 0;
  int count = 0;
  const std::uint32_t mask = (1u << to) - 1;
  for (const std::uint8_t v : in) {
    bits = (bits << from | v) & 0xffffu;
    for (count += from; count >= to; count -= to) out.push_back(bits >> (count - to) & mask);
  }
  if (pad && count > 0) out.push_back(bits << (to - count) & mask);
  if (!pad && (count >= from || (bits & ((1u << count) - 1)) != 0)) return std::nullopt;
  return out;
}

std::optional<std::string> lower_of_one_case(std::string_view text) {
  std::string lower(text);
  bool upper_seen = false, lower_seen = false;
  for (char& c : lower) {
    if (c < 33 || c > 126) return std::nullopt;
    if (c >= 'a' && c <= 'z') lower_seen = true;
    if (c >= 'A' && c <= 'Z') {
      upper_seen = true;
      c = static_cast<char>(c - 'A' + 'a');
    }
  }
  if (upper_seen && lower_seen) return std::nullopt;
  return lower;
}

}  // namespace

std::string bech32_encode(std::string_view prefix, const Bytes& data) {
  Bytes groups = *regroup(data, 8, 5, true);
  Bytes checked = expanded(prefix);
  checked.insert(checked.end(), groups.begin(), groups.end());
  checked.insert(checked.end(), k_checksum, 0);
  const std::uint32_t check = polymod(checked) ^ 1;
  for (std::size_t i = 0; i < k_checksum; ++i) groups.push_back(check >> 5 * (k_checksum - 1 - i) & 31);
  std::string out(prefix);
  out += '1';
  for (const std::uint8_t g : groups) out += k_alphabet[g];
  return out;
}

std::optional<Bech32> bech32_decode(std::string_view text) {
  const auto lower = lower_of_one_case(text);
  if (!lower) return std::nullopt;
  const std::size_t separator = lower->rfind('1');
  if (separator == std::string::npos || separator == 0 || separator + 1 + k_checksum > lower->size()) return std::nullopt;
  Bytes groups;
  for (const char c : std::string_view(*lower).substr(separator + 1)) {
    const std::size_t value = k_alphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    groups.push_back(static_cast<std::uint8_t>(value));
  }
  Bech32 out{lower->substr(0, separator), {}};
  Bytes checked = expanded(out.prefix);
  checked.insert(checked.end(), groups.begin(), groups.end());
  if (polymod(checked) != 1) return std::nullopt;
  groups.resize(groups.size() - k_checksum);
  auto data = regroup(groups, 5, 8, false);
  if (!data) return std::nullopt;
  out.data = std::move(*data);
  return out;
}

}  // namespace dfx::host
