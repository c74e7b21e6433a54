#include "host/secrets/crypto.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <algorithm>
#include <memory>

#include "core/model/diagnostics.hpp"
#include "host/secrets/openssl.hpp"

namespace dfx::host {
namespace {

constexpr std::size_t k_tag = 16;

const unsigned char* raw(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

// OpenSSL refuses a parameter without an address, and an empty vector may have none: it gets one here.
OSSL_PARAM octets(const char* name, const Bytes& value) {
  static std::uint8_t nothing = 0;
  std::uint8_t* data = value.empty() ? &nothing : const_cast<std::uint8_t*>(value.data());
  return OSSL_PARAM_construct_octet_string(name, data, value.size());
}

ossl::Key private_key(const Bytes& bytes) {
  return ossl::Key(ossl::must(EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nullptr, bytes.data(), bytes.size())));
}

}  // namespace

void ossl::must(int result) {
  if (result <= 0) throw Error("crypto.failed", "OpenSSL could not do its work", "its library refused a plain operation");
}

Bytes random_bytes(std::size_t count) {
  Bytes out(count);
  if (count > 0) ossl::must(RAND_priv_bytes(out.data(), static_cast<int>(count)));
  return out;
}

Bytes sha256(std::string_view data) {
  Bytes out(32);
  ossl::must(EVP_Digest(data.data(), data.size(), out.data(), nullptr, EVP_sha256(), nullptr));
  return out;
}

Bytes hmac_sha256(const Bytes& key, std::string_view data) {
  Bytes out(32);
  unsigned size = 0;
  ossl::must(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), raw(data), data.size(), out.data(), &size) !=
             nullptr);
  return out;
}

Bytes hkdf_sha256(const Bytes& secret, const Bytes& salt, std::string_view info, std::size_t size) {
  const ossl::Kdf kdf(ossl::must(EVP_KDF_fetch(nullptr, "HKDF", nullptr)));
  const ossl::KdfContext context(ossl::must(EVP_KDF_CTX_new(kdf.get())));
  char digest[] = "SHA256";
  const Bytes info_bytes = to_bytes(info);
  const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string("digest", digest, 0), octets("key", secret),
                               octets("salt", salt), octets("info", info_bytes), OSSL_PARAM_construct_end()};
  Bytes out(size);
  ossl::must(EVP_KDF_derive(context.get(), out.data(), out.size(), params));
  return out;
}

bool equal_in_constant_time(const Bytes& a, const Bytes& b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

Bytes x25519_public(const Bytes& private_bytes) {
  const ossl::Key key = private_key(private_bytes);
  Bytes out(32);
  std::size_t size = out.size();
  ossl::must(EVP_PKEY_get_raw_public_key(key.get(), out.data(), &size));
  return out;
}

std::optional<Bytes> x25519(const Bytes& private_bytes, const Bytes& peer_public) {
  const ossl::Key key = private_key(private_bytes);
  const ossl::Key peer(EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, nullptr, peer_public.data(), peer_public.size()));
  if (!peer) return std::nullopt;
  const ossl::KeyContext context(ossl::must(EVP_PKEY_CTX_new(key.get(), nullptr)));
  ossl::must(EVP_PKEY_derive_init(context.get()));
  ossl::must(EVP_PKEY_derive_set_peer(context.get(), peer.get()));
  Bytes out(32);
  std::size_t size = out.size();
  // OpenSSL itself refuses an all-zero result.
  if (EVP_PKEY_derive(context.get(), out.data(), &size) <= 0) return std::nullopt;
  return out;
}

Bytes seal_chunk(const Bytes& key, const Bytes& nonce, std::string_view plain) {
  const ossl::Cipher c(ossl::must(EVP_CIPHER_CTX_new()));
  ossl::must(EVP_EncryptInit_ex(c.get(), EVP_chacha20_poly1305(), nullptr, key.data(), nonce.data()));
  Bytes out(plain.size() + k_tag);
  int written = 0, rest = 0;
  if (!plain.empty())
    ossl::must(EVP_EncryptUpdate(c.get(), out.data(), &written, raw(plain), static_cast<int>(plain.size())));
  ossl::must(EVP_EncryptFinal_ex(c.get(), out.data() + written, &rest));
  ossl::must(EVP_CIPHER_CTX_ctrl(c.get(), EVP_CTRL_AEAD_GET_TAG, k_tag, out.data() + plain.size()));
  return out;
}

std::optional<Bytes> open_chunk(const Bytes& key, const Bytes& nonce, std::string_view sealed) {
  if (sealed.size() < k_tag) return std::nullopt;
  const std::string_view text = sealed.substr(0, sealed.size() - k_tag);
  Bytes tag = to_bytes(sealed.substr(text.size()));
  const ossl::Cipher c(ossl::must(EVP_CIPHER_CTX_new()));
  ossl::must(EVP_DecryptInit_ex(c.get(), EVP_chacha20_poly1305(), nullptr, key.data(), nonce.data()));
  Bytes out(text.size());
  int written = 0, rest = 0;
  if (!text.empty())
    ossl::must(EVP_DecryptUpdate(c.get(), out.data(), &written, raw(text), static_cast<int>(text.size())));
  ossl::must(EVP_CIPHER_CTX_ctrl(c.get(), EVP_CTRL_AEAD_SET_TAG, k_tag, tag.data()));
  if (EVP_DecryptFinal_ex(c.get(), out.data() + written, &rest) > 0) return out;
  wipe(out);
  return std::nullopt;
}

void wipe(Bytes& bytes) {
  OPENSSL_cleanse(bytes.data(), bytes.size());
  bytes.clear();
}

void wipe(std::string& text) {
  OPENSSL_cleanse(text.data(), text.size());
  text.clear();
}

}  // namespace dfx::host
