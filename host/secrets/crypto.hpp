// The few primitives that sealing needs, from OpenSSL. Each throws Error "crypto.failed" if OpenSSL gives up. [any]
#pragma once
#include <cstddef>
#include <optional>
#include <string_view>

#include "host/secrets/encoding.hpp"

namespace dfx::host {

Bytes random_bytes(std::size_t count);

Bytes sha256(std::string_view data);
Bytes hmac_sha256(const Bytes& key, std::string_view data);
Bytes hkdf_sha256(const Bytes& secret, const Bytes& salt, std::string_view info, std::size_t size);
bool equal_in_constant_time(const Bytes& a, const Bytes& b);

// 32-byte keys.
Bytes x25519_public(const Bytes& private_key);
// Nothing if the peer's key is of low order (the shared secret would be zero).
std::optional<Bytes> x25519(const Bytes& private_key, const Bytes& peer_public);

// ChaCha20-Poly1305: 32-byte key, 12-byte nonce, the 16-byte tag behind the text.
Bytes seal_chunk(const Bytes& key, const Bytes& nonce, std::string_view plain);
// Nothing if the tag does not match.
std::optional<Bytes> open_chunk(const Bytes& key, const Bytes& nonce, std::string_view sealed);

// Overwrites the bytes, then empties.
void wipe(Bytes& bytes);
void wipe(std::string& text);

}  // namespace dfx::host
