// Key pairs as resources: SSH keys and TLS client certificates. Made here, never by a plugin. [any]
#pragma once
#include <string>

namespace dfx::host {

struct SshKeyPair {
  std::string public_line;  // "ssh-ed25519 AAAA... comment"
  std::string private_pem;  // OpenSSH format, not encrypted: a secret
  std::string fingerprint;  // "SHA256:..." as ssh-keygen -l prints it
};
// `comment` must be one line. Throws Error "key.bad-name".
SshKeyPair make_ssh_key(const std::string& comment);

struct TlsKeyPair {
  std::string certificate_pem;  // self-signed, P-384, ten years, for client authentication
  std::string key_pem;          // PKCS#8: a secret
  std::string fingerprint;      // SHA-256 of the DER certificate, lower-case hex
};
// Throws Error "key.bad-name" if the common name is empty or longer than 64 bytes.
TlsKeyPair make_tls_client_key(const std::string& common_name);

// SHA-256 of the first certificate in a PEM text, lower-case hex. Throws Error "key.bad-certificate".
std::string certificate_fingerprint(const std::string& certificate_pem);

}  // namespace dfx::host
