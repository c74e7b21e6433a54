#include "host/http/tls.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>

#include "core/model/diagnostics.hpp"
#include "host/secrets/encoding.hpp"

namespace dfx::host {
namespace {

[[noreturn]] void refuse(const std::string& why, const std::string& help) {
  Diagnostic d;
  d.code = "http.bad-tls";
  d.summary = "a connection's TLS settings cannot be used";
  d.detail = why;
  d.help = help;
  d.error_class = ErrorClass::invalid;
  throw Error(d);
}

ossl::Memory reader(const std::string& text) {
  return ossl::Memory(ossl::must(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))));
}

std::vector<ossl::Certificate> read_certificates(const std::string& pem, const char* whose) {
  std::vector<ossl::Certificate> out;
  const ossl::Memory memory = reader(pem);
  while (X509* next = PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr)) out.emplace_back(next);
  ERR_clear_error();  // the end of the text is one, too
  if (out.empty())
    refuse(std::string(whose) + " holds no certificate in PEM form", "it must begin with -----BEGIN CERTIFICATE-----");
  return out;
}

// Nobody is there to type a passphrase.
int no_passphrase(char*, int, int, void*) { return -1; }

ossl::Key read_key(const std::string& pem, const X509* certificate) {
  const ossl::Memory memory = reader(pem);
  ossl::Key key(PEM_read_bio_PrivateKey(memory.get(), nullptr, no_passphrase, nullptr));
  ERR_clear_error();
  if (!key) refuse("the client's key holds no private key in PEM form, or is encrypted", "give the key unencrypted, as a secret");
  const bool fits = X509_check_private_key(certificate, key.get()) == 1;
  ERR_clear_error();
  if (!fits) refuse("the client's key does not belong to its certificate", "give the two halves of one pair");
  return key;
}

std::string fingerprint_of(const X509* certificate) {
  Bytes digest(32);
  ossl::must(X509_digest(certificate, EVP_sha256(), digest.data(), nullptr));
  return hex(digest);
}

bool is_address(const std::string& host) {
  ASN1_OCTET_STRING* address = a2i_IPADDRESS(host.c_str());
  ASN1_OCTET_STRING_free(address);
  ERR_clear_error();
  return address != nullptr;
}

}  // namespace

std::optional<std::string> read_fingerprint(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == ':') continue;
    out += c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c;
  }
  const bool digits = out.find_first_not_of("0123456789abcdef") == std::string::npos;
  return digits && out.size() == 64 ? std::optional(out) : std::nullopt;
}

Tls::Tls(const Url& url, const TlsSettings& settings) : x_host(url.host) {
  if (!settings.pin.empty()) {
    const auto pin = read_fingerprint(settings.pin);
    if (!pin) refuse("the server's fingerprint is no SHA-256 in hex", "write its 64 hexadecimal digits, with or without colons");
    x_pin = *pin;
  } else if (!settings.ca.empty()) {
    x_authorities = read_certificates(settings.ca, "the certificate authority");
  }
  if (settings.certificate.empty() != settings.key.empty())
    refuse("a client's certificate and its key belong together, and one of them is missing", "give both, or none");
  if (settings.certificate.empty()) return;
  x_chain = read_certificates(settings.certificate, "the client's certificate");
  x_key = read_key(settings.key, x_chain.front().get());
}

bool Tls::install(ssl_ctx_st* context) {
  x_verdict = Verdict::none;
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_cert_verify_callback(context, &Tls::verify, this);
  return (!x_pin.empty() || trust_authorities(context)) && show_ourselves(context);
}

bool Tls::trust_authorities(ssl_ctx_st* context) const {
  X509_VERIFY_PARAM* wanted = SSL_CTX_get0_param(context);
  X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  const int named = is_address(x_host) ? X509_VERIFY_PARAM_set1_ip_asc(wanted, x_host.c_str())
                                       : X509_VERIFY_PARAM_set1_host(wanted, x_host.c_str(), x_host.size());
  if (named != 1) return false;
  if (x_authorities.empty()) return SSL_CTX_set_default_verify_paths(context) == 1;
  ossl::Store store(X509_STORE_new());
  if (!store) return false;
  for (const ossl::Certificate& authority : x_authorities)
    if (X509_STORE_add_cert(store.get(), authority.get()) != 1) return false;
  // What is named is trusted as it is: it may be a server's own certificate, or in the middle of a chain.
  X509_VERIFY_PARAM_set_flags(wanted, X509_V_FLAG_PARTIAL_CHAIN);
  SSL_CTX_set_cert_store(context, store.release());
  return true;
}

bool Tls::show_ourselves(ssl_ctx_st* context) const {
  if (x_chain.empty()) return true;
  if (SSL_CTX_use_certificate(context, x_chain.front().get()) != 1 || SSL_CTX_use_PrivateKey(context, x_key.get()) != 1)
    return false;
  return std::all_of(x_chain.begin() + 1, x_chain.end(), [&](const ossl::Certificate& above) {
    return SSL_CTX_add1_chain_cert(context, above.get()) == 1;
  });
}

int Tls::verify(X509_STORE_CTX* server, void* self) {
  try {
    return static_cast<Tls*>(self)->judge(server) ? 1 : 0;
  } catch (...) {
    return 0;  // a callback of C code; what could not be judged is not trusted
  }
}

bool Tls::judge(X509_STORE_CTX* server) {
  const X509* certificate = X509_STORE_CTX_get0_cert(server);
  x_shown = fingerprint_of(certificate);
  if (!x_pin.empty()) {
    x_verdict = x_shown == x_pin ? Verdict::trusted : Verdict::other;
    X509_STORE_CTX_set_error(server, x_verdict == Verdict::trusted ? X509_V_OK : X509_V_ERR_CERT_REJECTED);
    return x_verdict == Verdict::trusted;
  }
  x_verdict = X509_verify_cert(server) == 1 ? Verdict::trusted : Verdict::unknown;
  if (x_verdict == Verdict::unknown) x_why = X509_verify_cert_error_string(X509_STORE_CTX_get_error(server));
  return x_verdict == Verdict::trusted;
}

}  // namespace dfx::host
