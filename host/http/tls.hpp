// Who a server must be, and who we are to it. All checking of certificates happens here, inside the handshake: nothing
// of a request leaves before it.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/http/url.hpp"
#include "host/secrets/openssl.hpp"

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace dfx::host {

struct TlsSettings {
  std::string pin;          // SHA-256 of the server's certificate (DER), lower-case hex; empty: `ca` decides
  std::string ca;           // PEM; empty: the authorities that this system trusts
  std::string certificate;  // PEM, ours and what it is signed by; empty: none
  std::string key;          // PEM: a secret
};

// A fingerprint as people write it (either case, with or without colons) as lower-case hex. Nothing if it is none.
std::optional<std::string> read_fingerprint(std::string_view text);

// Belongs to one connection at a time. [one thread]
class Tls {
 public:
  enum class Verdict {
    none,      // no handshake came as far as the server's certificate
    trusted,
    other,     // not the pinned certificate
    unknown,   // signed by nobody that is trusted, for another name, or out of date
  };

  // Parses what is in PEM; the texts are not kept. Throws Error "http.bad-tls" (invalid).
  Tls(const Url& url, const TlsSettings& settings);

  // Prepares a new connection's context and forgets the last verdict. False if OpenSSL refuses.
  bool install(ssl_ctx_st* context);

  Verdict verdict() const { return x_verdict; }
  const std::string& pin() const { return x_pin; }
  const std::string& shown() const { return x_shown; }  // the server's fingerprint, as far as it has shown one
  const std::string& why() const { return x_why; }      // of `unknown`: OpenSSL's words
  bool has_certificate() const { return !x_chain.empty(); }

 private:
  static int verify(X509_STORE_CTX* server, void* self);
  bool judge(X509_STORE_CTX* server);
  bool trust_authorities(ssl_ctx_st* context) const;
  bool show_ourselves(ssl_ctx_st* context) const;

  std::string x_host;
  std::string x_pin;
  std::vector<ossl::Certificate> x_authorities;
  std::vector<ossl::Certificate> x_chain;  // ours first
  ossl::Key x_key;
  Verdict x_verdict = Verdict::none;
  std::string x_shown;
  std::string x_why;
};

}  // namespace dfx::host
