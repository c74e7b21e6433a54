// Certificates for servers in tests: made on the spot, for loopback.
#pragma once
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <string>

#include "host/secrets/keys.hpp"
#include "host/secrets/openssl.hpp"

namespace dfx::host::test {

struct ServerIdentity {
  std::string certificate_pem;
  std::string key_pem;
  std::string fingerprint;
};

// Self-signed, its own authority, for "localhost" and 127.0.0.1 unless other names are given.
inline ServerIdentity make_server_identity(const char* names = "DNS:localhost,IP:127.0.0.1") {
  const ossl::Key key(ossl::must(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")));
  const ossl::Certificate certificate(ossl::must(X509_new()));
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 7);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key.get());
  X509_NAME* name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  for (const auto& [nid, value] : {std::pair(NID_subject_alt_name, names), std::pair(NID_ext_key_usage, "serverAuth")}) {
    X509_EXTENSION* extension = ossl::must(X509V3_EXT_conf_nid(nullptr, nullptr, nid, value));
    X509_add_ext(certificate.get(), extension, -1);
    X509_EXTENSION_free(extension);
  }
  ossl::must(X509_sign(certificate.get(), key.get(), EVP_sha256()));
  const auto text = [](BIO* memory) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(memory, &data);
    return std::string(data, static_cast<std::size_t>(size));
  };
  const ossl::Memory pem(BIO_new(BIO_s_mem())), secret(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(pem.get(), certificate.get());
  PEM_write_bio_PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return {text(pem.get()), text(secret.get()), certificate_fingerprint(text(pem.get()))};
}

}  // namespace dfx::host::test
