#include <arpa/inet.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/sandbox/world_fixture.hpp"

namespace dfx::sandbox::testing {
namespace {

// One TLS connection that asks for /1.0 and keeps the session for the next.
class TlsClient {
 public:
  explicit TlsClient(const Identity& identity) : x_context(SSL_CTX_new(TLS_client_method())) {
    BIO* certificate = BIO_new_mem_buf(identity.certificate_pem.data(), -1);
    BIO* key = BIO_new_mem_buf(identity.key_pem.data(), -1);
    X509* parsed = PEM_read_bio_X509(certificate, nullptr, nullptr, nullptr);
    EVP_PKEY* secret = PEM_read_bio_PrivateKey(key, nullptr, nullptr, nullptr);
    SSL_CTX_use_certificate(x_context, parsed);
    SSL_CTX_use_PrivateKey(x_context, secret);
    X509_free(parsed);
    EVP_PKEY_free(secret);
    BIO_free(certificate);
    BIO_free(key);
  }
  ~TlsClient() {
    SSL_SESSION_free(x_session);
    SSL_CTX_free(x_context);
  }
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;

  // The body; empty if the handshake failed.
  std::string ask(const Endpoint& endpoint) {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(endpoint.port);
    ::inet_pton(AF_INET, endpoint.host.c_str(), &address.sin_addr);
    EXPECT_EQ(::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    SSL* tls = SSL_new(x_context);
    SSL_set_fd(tls, fd);
    if (x_session != nullptr) SSL_set_session(tls, x_session);
    std::string answer;
    if (SSL_connect(tls) == 1) answer = exchange(tls);
    resumed = SSL_session_reused(tls) == 1;
    version = SSL_get_version(tls);
    SSL_SESSION_free(x_session);
    x_session = SSL_get1_session(tls);
    SSL_shutdown(tls);  // else the session counts as torn off, and is not used again
    SSL_free(tls);
    ::close(fd);
    return answer;
  }
  void speak_at_most(int tls_version) { SSL_CTX_set_max_proto_version(x_context, tls_version); }

  bool resumed = false;
  std::string version;

 private:
  static std::string exchange(SSL* tls) {
    const std::string request = "GET /1.0 HTTP/1.1\r\nHost: lxd\r\n\r\n";
    SSL_write(tls, request.data(), static_cast<int>(request.size()));
    std::string answer;
    char buffer[4096];
    // The daemon ends each body with a line feed.
    while (answer.size() < 2 || answer.compare(answer.size() - 2, 2, "}\n") != 0) {
      const int size = SSL_read(tls, buffer, sizeof buffer);
      if (size <= 0) break;
      answer.append(buffer, static_cast<std::size_t>(size));
    }
    return answer;
  }

  SSL_CTX* x_context;
  SSL_SESSION* x_session = nullptr;
};

TEST_F(Worlds, ResumeTlsSessionsAndKnowTheirClientsAgain) {
  TlsClient c(identity);
  const Endpoint endpoint = *world.route("192.168.0.10", 8443);
  EXPECT_NE(c.ask(endpoint).find("\"auth\":\"trusted\""), std::string::npos);
  EXPECT_FALSE(c.resumed);
  EXPECT_NE(c.ask(endpoint).find("\"auth\":\"trusted\""), std::string::npos);
  EXPECT_TRUE(c.resumed);
}

TEST_F(Worlds, SpeakNoTlsOlderThan13) {
  TlsClient c(identity);
  const Endpoint endpoint = *world.route("192.168.0.10", 8443);
  EXPECT_FALSE(c.ask(endpoint).empty());
  EXPECT_EQ(c.version, "TLSv1.3");
  TlsClient older(identity);
  older.speak_at_most(TLS1_2_VERSION);
  EXPECT_EQ(older.ask(endpoint), "");
}

}  // namespace
}  // namespace dfx::sandbox::testing
