#include "host/secrets/age.hpp"

#include "core/model/diagnostics.hpp"
#include "host/secrets/age_header.hpp"
#include "host/secrets/age_stream.hpp"
#include "host/secrets/bech32.hpp"
#include "host/secrets/crypto.hpp"

namespace dfx::host {
namespace {

constexpr std::string_view k_identity = "age-secret-key-";
constexpr std::string_view k_recipient = "age";

Bytes key_of(std::string_view text, std::string_view prefix, const std::string& what) {
  auto decoded = bech32_decode(text);
  if (!decoded || decoded->prefix != prefix || decoded->data.size() != 32)
    throw Error("age.bad-key", "a key is not in the age format", what);
  return std::move(decoded->data);
}

}  // namespace

AgeIdentity AgeIdentity::generate() { return AgeIdentity(random_bytes(32)); }

AgeIdentity AgeIdentity::parse(std::string_view text) {
  return AgeIdentity(key_of(text, k_identity, "an identity is one line that begins with AGE-SECRET-KEY-1"));
}

AgeIdentity::~AgeIdentity() { wipe(x_private); }

std::string AgeIdentity::text() const {
  std::string out = bech32_encode(k_identity, x_private);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

std::string AgeIdentity::recipient() const { return bech32_encode(k_recipient, x25519_public(x_private)); }

std::string age_encrypt(std::string_view plain, const std::vector<std::string>& recipients) {
  std::vector<Bytes> keys;
  for (const std::string& r : recipients)
    keys.push_back(key_of(r, k_recipient, "`" + r + "` is no recipient; one begins with age1"));
  if (keys.empty()) throw Error("age.bad-key", "a key is not in the age format", "there is no recipient to seal for");
  Bytes file_key = random_bytes(16);
  std::string out = age::write_header(file_key, keys) + age::write_payload(file_key, plain);
  wipe(file_key);
  return out;
}

std::string age_decrypt(std::string_view sealed, const std::vector<AgeIdentity>& identities) {
  std::string_view payload;
  Bytes file_key = age::open_header(sealed, identities, payload);
  std::string out = age::open_payload(file_key, payload);
  wipe(file_key);
  return out;
}

}  // namespace dfx::host
