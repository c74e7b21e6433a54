#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "core/model/diagnostics.hpp"
#include "host/secrets/crypto.hpp"
#include "host/secrets/encoding.hpp"
#include "host/secrets/keys.hpp"
#include "host/secrets/openssl.hpp"

namespace dfx::host {
namespace {

constexpr long k_ten_years = 3650L * 24 * 3600;
constexpr long k_clock_slack = 3600;  // a server whose clock is behind must still accept it

std::string text_of(BIO* memory) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string der_fingerprint(X509* certificate) {
  Bytes digest(32);
  ossl::must(X509_digest(certificate, EVP_sha256(), digest.data(), nullptr));
  return hex(digest);
}

void set_serial(X509* certificate) {
  Bytes bytes = random_bytes(16);
  bytes[0] &= 0x7f;  // positive
  BIGNUM* number = ossl::must(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
  const bool done = BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nullptr;
  BN_free(number);
  ossl::must(done);
}

void set_names(X509* certificate, const std::string& common_name) {
  X509_NAME* name = X509_get_subject_name(certificate);
  ossl::must(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                        reinterpret_cast<const unsigned char*>(common_name.data()),
                                        static_cast<int>(common_name.size()), -1, 0));
  ossl::must(X509_set_issuer_name(certificate, name));
}

void add_extension(X509* certificate, int nid, const char* value) {
  X509_EXTENSION* extension = ossl::must(X509V3_EXT_conf_nid(nullptr, nullptr, nid, value));
  const int added = X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
  ossl::must(added);
}

ossl::Certificate self_signed(EVP_PKEY* key, const std::string& common_name) {
  ossl::Certificate out(ossl::must(X509_new()));
  ossl::must(X509_set_version(out.get(), X509_VERSION_3));
  set_serial(out.get());
  ossl::must(X509_gmtime_adj(X509_getm_notBefore(out.get()), -k_clock_slack) != nullptr);
  ossl::must(X509_gmtime_adj(X509_getm_notAfter(out.get()), k_ten_years) != nullptr);
  ossl::must(X509_set_pubkey(out.get(), key));
  set_names(out.get(), common_name);
  add_extension(out.get(), NID_basic_constraints, "critical,CA:FALSE");
  add_extension(out.get(), NID_key_usage, "critical,digitalSignature,keyEncipherment");
  add_extension(out.get(), NID_ext_key_usage, "clientAuth");
  ossl::must(X509_sign(out.get(), key, EVP_sha384()));
  return out;
}

}  // namespace

TlsKeyPair make_tls_client_key(const std::string& common_name) {
  if (common_name.empty() || common_name.size() > 64)
    throw Error("key.bad-name", "a key cannot have that name", "a certificate's name has 1 to 64 bytes");
  const ossl::Key key(ossl::must(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-384")));
  const ossl::Certificate certificate = self_signed(key.get(), common_name);
  const ossl::Memory pem(ossl::must(BIO_new(BIO_s_mem())));
  ossl::must(PEM_write_bio_X509(pem.get(), certificate.get()));
  const ossl::Memory secret(ossl::must(BIO_new(BIO_s_secmem())));
  ossl::must(PEM_write_bio_PKCS8PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr));
  return {text_of(pem.get()), text_of(secret.get()), der_fingerprint(certificate.get())};
}

std::string certificate_fingerprint(const std::string& certificate_pem) {
  const ossl::Memory memory(
      ossl::must(BIO_new_mem_buf(certificate_pem.data(), static_cast<int>(certificate_pem.size()))));
  const ossl::Certificate certificate(PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr));
  if (!certificate)
    throw Error("key.bad-certificate", "a certificate cannot be read", "the text holds no PEM certificate");
  return der_fingerprint(certificate.get());
}

}  // namespace dfx::host
