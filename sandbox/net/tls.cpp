#include "sandbox/net/tls.hpp"

#include <openssl/ssl.h>

#include <boost/asio/buffer.hpp>

namespace dfx::sandbox::net {
namespace {

// Clients that offer HTTP/2 must learn that there is none.
int choose_http_1(SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* offered,
                  unsigned int offered_size, void*) {
  static constexpr unsigned char k_http_1[] = "\x08http/1.1";
  unsigned char* found = nullptr;
  const int result = SSL_select_next_proto(&found, size, k_http_1, sizeof k_http_1 - 1, offered, offered_size);
  *chosen = found;
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

}  // namespace

boost::asio::ssl::context server_context(const Identity& identity) {
  namespace ssl = boost::asio::ssl;
  ssl::context context(ssl::context::tls_server);
  SSL_CTX* raw = context.native_handle();
  context.use_certificate_chain(boost::asio::buffer(identity.certificate_pem));
  context.use_private_key(boost::asio::buffer(identity.key_pem), ssl::context::pem);
  context.set_verify_mode(ssl::verify_peer);
  context.set_verify_callback([](bool, ssl::verify_context&) { return true; });
  SSL_CTX_set_min_proto_version(raw, TLS1_3_VERSION);
  SSL_CTX_set_alpn_select_cb(raw, choose_http_1, nullptr);
  static constexpr unsigned char k_name[] = "dfx-sandbox";
  SSL_CTX_set_session_id_context(raw, k_name, sizeof k_name - 1);
  return context;
}

std::string peer_certificate(SSL* connection) {
  X509* certificate = SSL_get1_peer_certificate(connection);
  if (certificate == nullptr) return {};
  unsigned char* data = nullptr;
  const int size = i2d_X509(certificate, &data);
  X509_free(certificate);
  if (size <= 0) return {};
  std::string der(reinterpret_cast<char*>(data), static_cast<std::size_t>(size));
  OPENSSL_free(data);
  return der;
}

}  // namespace dfx::sandbox::net
