#include "core/util/digest.hpp"

#include <openssl/evp.h>

#include <array>

#include "core/model/diagnostics.hpp"

namespace dfx {

std::string sha256_hex(std::string_view bytes) {
  std::array<unsigned char, 32> digest{};
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1)
    throw Error("crypto.failed", "SHA-256 is not available", "OpenSSL refused to compute it");
  static constexpr char k_digits[] = "0123456789abcdef";
  std::string out;
  for (const unsigned char byte : digest) {
    out += k_digits[byte >> 4];
    out += k_digits[byte & 15];
  }
  return out;
}

}  // namespace dfx
