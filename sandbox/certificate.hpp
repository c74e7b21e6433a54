// X.509 as the simulated servers need it: own identities, and a look at what clients show.
#pragma once
#include <string>

namespace dfx::sandbox {

struct Identity {
  std::string certificate_pem;
  std::string key_pem;
};

// A self-signed P-256 certificate for ten years with `host` (an address or a name) as its subject. Throws Error
// "sandbox.certificate".
Identity make_identity(const std::string& host);

// Empty if the text is no certificate.
std::string der_of_pem(const std::string& pem);
std::string pem_of_der(const std::string& der);
// Is this DER a certificate?
bool is_certificate(const std::string& der);
// The subject's common name, or empty.
std::string common_name(const std::string& der);

}  // namespace dfx::sandbox
