#include "core/util/hex.hpp"

#include <sys/random.h>

#include <algorithm>

#include "core/model/diagnostics.hpp"

namespace dfx {

std::string hex(std::string_view bytes) {
  constexpr std::string_view k_digits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += k_digits[byte >> 4];
    out += k_digits[byte & 15];
  }
  return out;
}

std::string random_hex(std::size_t bytes) {
  constexpr std::size_t k_most_at_once = 256;  // what the system gives whole, whatever happens
  std::string raw(bytes, '\0');
  for (std::size_t at = 0; at < bytes; at += k_most_at_once) {
    const std::size_t size = std::min(k_most_at_once, bytes - at);
    if (getrandom(raw.data() + at, size, 0) != static_cast<ssize_t>(size))
      throw Error("crypto.failed", "the system gives no random bytes");
  }
  return hex(raw);
}

}  // namespace dfx
