#include "host/secrets/generate.hpp"

#include <set>

#include "core/model/diagnostics.hpp"
#include "host/secrets/crypto.hpp"

namespace dfx::host {
namespace {

constexpr std::size_t k_longest = 4096;

void check_request(std::size_t length, std::string_view charset) {
  const std::set<char> different(charset.begin(), charset.end());
  bool ascii = true;
  for (const char c : charset) ascii = ascii && c >= 0x20 && c < 0x7f;
  if (ascii && different.size() == charset.size() && different.size() >= 2 && length >= 1 && length <= k_longest) return;
  throw Error("generate.bad-request", "a random text cannot be made as asked",
              "its length must be 1 to 4096, its charset at least two different printable ASCII characters, none twice");
}

}  // namespace

const std::string_view k_default_charset = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

std::string random_text(std::size_t length, std::string_view charset) {
  check_request(length, charset);
  // Bytes at or above the largest multiple of the charset's size are thrown away: no character is more likely.
  const std::size_t limit = 256 - 256 % charset.size();
  std::string out;
  while (out.size() < length) {
    Bytes bytes = random_bytes(length);
    for (const std::uint8_t b : bytes)
      if (b < limit && out.size() < length) out += charset[b % charset.size()];
    wipe(bytes);
  }
  return out;
}

std::string random_uuid() {
  Bytes b = random_bytes(16);
  b[6] = static_cast<std::uint8_t>((b[6] & 0x0f) | 0x40);
  b[8] = static_cast<std::uint8_t>((b[8] & 0x3f) | 0x80);
  std::string out = hex(b);
  for (const std::size_t at : {8u, 13u, 18u, 23u}) out.insert(at, 1, '-');
  return out;
}

std::string random_mac() {
  Bytes b = random_bytes(6);
  b[0] = static_cast<std::uint8_t>((b[0] & 0xfc) | 0x02);
  std::string out = hex(b);
  for (const std::size_t at : {2u, 5u, 8u, 11u, 14u}) out.insert(at, 1, ':');
  return out;
}

}  // namespace dfx::host
