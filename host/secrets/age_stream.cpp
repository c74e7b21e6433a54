#include "host/secrets/age_stream.hpp"

#include <algorithm>

#include "host/secrets/age_header.hpp"
#include "host/secrets/crypto.hpp"

namespace dfx::host::age {
namespace {

constexpr std::size_t k_chunk = 64 * 1024;
constexpr std::size_t k_tag = 16;
constexpr std::size_t k_salt = 16;

// 11 bytes of big-endian counter, then 1 on the last chunk.
Bytes nonce_of(std::uint64_t counter, bool last) {
  Bytes out(12, 0);
  for (std::size_t i = 0; i < 8; ++i) out[10 - i] = static_cast<std::uint8_t>(counter >> 8 * i);
  out[11] = last ? 1 : 0;
  return out;
}

}  // namespace

std::string write_payload(const Bytes& file_key, std::string_view plain) {
  const Bytes salt = random_bytes(k_salt);
  Bytes key = hkdf_sha256(file_key, salt, "payload", 32);
  std::string out = to_text(salt);
  std::uint64_t counter = 0;
  do {
    const std::string_view chunk = plain.substr(0, k_chunk);
    plain.remove_prefix(chunk.size());
    out += to_text(seal_chunk(key, nonce_of(counter++, plain.empty()), chunk));
  } while (!plain.empty());
  wipe(key);
  return out;
}

std::string open_payload(const Bytes& file_key, std::string_view payload) {
  if (payload.size() < k_salt + k_tag) refuse_file("it is cut off");
  Bytes key = hkdf_sha256(file_key, to_bytes(payload.substr(0, k_salt)), "payload", 32);
  payload.remove_prefix(k_salt);
  std::string out;
  std::uint64_t counter = 0;
  do {
    const std::string_view chunk = payload.substr(0, k_chunk + k_tag);
    payload.remove_prefix(chunk.size());
    auto plain = open_chunk(key, nonce_of(counter, payload.empty()), chunk);
    // Only the payload of an empty value may be one empty chunk: else the end could be cut and sealed anew.
    if (!plain || (plain->empty() && counter > 0)) {
      wipe(key);
      wipe(out);
      refuse_file("its content is damaged or cut off");
    }
    out.append(plain->begin(), plain->end());
    wipe(*plain);
    ++counter;
  } while (!payload.empty());
  wipe(key);
  return out;
}

}  // namespace dfx::host::age
