// Files in the age v1 format (age-encryption.org/v1) with X25519 recipients: what `age` seals, dfx opens, and back.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "host/secrets/encoding.hpp"

namespace dfx::host {

// A private key. Wiped when it dies. [any]
class AgeIdentity {
 public:
  static AgeIdentity generate();
  // "AGE-SECRET-KEY-1...". Throws Error "age.bad-key".
  static AgeIdentity parse(std::string_view text);
  AgeIdentity(const AgeIdentity&) = default;
  AgeIdentity& operator=(const AgeIdentity&) = default;
  ~AgeIdentity();

  // "AGE-SECRET-KEY-1...": itself a secret.
  std::string text() const;
  // "age1...": the public key.
  std::string recipient() const;
  const Bytes& private_key() const { return x_private; }

 private:
  explicit AgeIdentity(Bytes key) : x_private(std::move(key)) {}
  Bytes x_private;
};

// Throws Error "age.bad-key" if a recipient is no "age1..." text; there must be at least one.
std::string age_encrypt(std::string_view plain, const std::vector<std::string>& recipients);
// Throws Error "age.bad-file" (damaged, cut, not age) or "age.no-identity" (sealed for somebody else).
std::string age_decrypt(std::string_view sealed, const std::vector<AgeIdentity>& identities);

// The PEM-like form, for places that hold text.
std::string age_armor(std::string_view sealed);
// Throws Error "age.bad-file". Text that is not armored comes back as it is.
std::string age_dearmor(std::string_view text);

}  // namespace dfx::host
