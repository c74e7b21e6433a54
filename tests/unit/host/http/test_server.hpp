// A small HTTP server on loopback that can misbehave: TCP, TLS or a unix socket, one thread per connection.
#pragma once
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "host/secrets/encoding.hpp"
#include "tests/unit/host/http/certificates.hpp"

namespace dfx::host::test {

struct Seen {
  std::string method;
  std::string target;
  std::string head;  // all of it
  std::string body;
  std::string client;     // fingerprint of the client's certificate, or ""
  int connection = 0;     // counts from 1
};

inline std::string answer(const std::string& body, const std::string& head = "200 OK") {
  return "HTTP/1.1 " + head + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

// A listener on a free port of loopback.
inline int listen_on_loopback(std::uint16_t& port) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* any = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener, any, size) != 0 || ::listen(listener, 64) != 0 || ::getsockname(listener, any, &size) != 0)
    throw std::runtime_error("no listener");
  port = ntohs(address.sin_port);
  return listener;
}

class TestServer {
 public:
  struct Options {
    bool tls = true;
    bool want_client = false;     // asks for a client certificate and takes any
    bool refuse_clients = false;  // asks for one and takes none
    std::string unix_path = {};
  };
  // What to do with a request: the raw answer; "" closes the connection without one.
  using Handler = std::function<std::string(const Seen&)>;

  explicit TestServer(Handler handler) : TestServer(std::move(handler), Options()) {}
  TestServer(Handler handler, Options options) : x_options(std::move(options)), x_handler(std::move(handler)) {
    if (x_options.tls) prepare_tls();
    if (x_options.unix_path.empty()) x_listener = listen_on_loopback(x_port);
    else listen_unix();
    x_acceptor = std::thread([this] { accept_all(); });
  }
  ~TestServer() {
    release();
    x_stopping = true;
    ::shutdown(x_listener, SHUT_RDWR);
    x_acceptor.join();
    ::close(x_listener);
    close_connections();
    for (std::thread& t : x_threads) t.join();
    SSL_CTX_free(x_context);
  }

  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  std::uint16_t port() const { return x_port; }
  std::string origin() const { return std::string(x_options.tls ? "https" : "http") + "://127.0.0.1:" + std::to_string(x_port); }
  const ServerIdentity& identity() const { return x_identity; }
  std::vector<Seen> seen() const {
    const std::lock_guard lock(x_mutex);
    return x_seen;
  }
  int connections() const { return x_connections; }
  // Bytes of requests, after any handshake.
  std::size_t request_bytes() const { return x_bytes; }

  // For handlers: blocks until release() or the end.
  void hold() {
    std::unique_lock lock(x_mutex);
    x_holding = true;
    x_changed.notify_all();
    x_changed.wait(lock, [&] { return x_released; });
  }
  void wait_until_held() {
    std::unique_lock lock(x_mutex);
    x_changed.wait(lock, [&] { return x_holding; });
  }
  void release() {
    const std::lock_guard lock(x_mutex);
    x_released = true;
    x_changed.notify_all();
  }
  // Ends every open connection, as a restarting server does.
  void close_connections() {
    const std::lock_guard lock(x_mutex);
    for (const int fd : x_open) ::shutdown(fd, SHUT_RDWR);
  }

 private:
  void prepare_tls() {
    x_identity = make_server_identity();
    x_context = SSL_CTX_new(TLS_server_method());
    const auto memory = [](const std::string& text) {
      return ossl::Memory(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
    };
    const ossl::Certificate certificate(PEM_read_bio_X509(memory(x_identity.certificate_pem).get(), nullptr, nullptr, nullptr));
    const ossl::Key key(PEM_read_bio_PrivateKey(memory(x_identity.key_pem).get(), nullptr, nullptr, nullptr));
    SSL_CTX_use_certificate(x_context, certificate.get());
    SSL_CTX_use_PrivateKey(x_context, key.get());
    if (x_options.want_client) SSL_CTX_set_verify(x_context, SSL_VERIFY_PEER, [](int, X509_STORE_CTX*) { return 1; });
    if (x_options.refuse_clients) SSL_CTX_set_verify(x_context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }

  void listen_unix() {
    x_listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    x_options.unix_path.copy(address.sun_path, sizeof address.sun_path - 1);
    if (::bind(x_listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || ::listen(x_listener, 64) != 0)
      throw std::runtime_error("no listener");
  }

  void accept_all() {
    for (;;) {
      const int fd = ::accept4(x_listener, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0 || x_stopping) {
        if (fd >= 0) ::close(fd);
        return;
      }
      const std::lock_guard lock(x_mutex);
      x_open.push_back(fd);
      const int number = ++x_connections;
      x_threads.emplace_back([this, fd, number] { serve(fd, number); });
    }
  }

  // One connection, plain or TLS.
  struct Wire {
    int fd;
    SSL* ssl;
    long read(char* data, std::size_t size) const {
      return ssl != nullptr ? SSL_read(ssl, data, static_cast<int>(size)) : ::recv(fd, data, size, 0);
    }
    void write(const std::string& text) const {
      if (ssl != nullptr) SSL_write(ssl, text.data(), static_cast<int>(text.size()));
      else static_cast<void>(::send(fd, text.data(), text.size(), MSG_NOSIGNAL) < 0);
    }
  };

  void serve(int fd, int number) {
    Wire wire{fd, nullptr};
    const int at_once = 1;
    static_cast<void>(::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once));
    if (x_options.tls) {
      wire.ssl = SSL_new(x_context);
      SSL_set_fd(wire.ssl, fd);
    }
    if (wire.ssl == nullptr || SSL_accept(wire.ssl) == 1) converse(wire, number);
    SSL_free(wire.ssl);
    const std::lock_guard lock(x_mutex);
    std::erase(x_open, fd);
    ::close(fd);
  }

  void converse(const Wire& wire, int number) {
    std::string input;
    for (;;) {
      Seen seen;
      seen.connection = number;
      if (!take_request(wire, input, seen)) return;
      if (wire.ssl != nullptr) seen.client = client_of(wire.ssl);
      {
        const std::lock_guard lock(x_mutex);
        x_seen.push_back(seen);
      }
      const std::string out = x_handler(seen);
      if (out.empty()) return;
      wire.write(out);
      if (out.find("Connection: close") != std::string::npos) return;
    }
  }

  bool more(const Wire& wire, std::string& input) {
    char data[4096];
    const long count = wire.read(data, sizeof data);
    if (count <= 0) return false;
    x_bytes += static_cast<std::size_t>(count);
    input.append(data, static_cast<std::size_t>(count));
    return true;
  }

  bool take_request(const Wire& wire, std::string& input, Seen& seen) {
    std::size_t end = 0;
    while ((end = input.find("\r\n\r\n")) == std::string::npos)
      if (!more(wire, input) || input.front() < 'A') return false;  // a TLS handshake is no request
    seen.head = input.substr(0, end + 2);
    const std::size_t space = seen.head.find(' ');
    seen.method = seen.head.substr(0, space);
    seen.target = seen.head.substr(space + 1, seen.head.find(' ', space + 1) - space - 1);
    std::size_t length = 0;
    const std::size_t at = seen.head.find("Content-Length: ");
    if (at != std::string::npos) length = std::stoul(seen.head.substr(at + 16));
    while (input.size() < end + 4 + length)
      if (!more(wire, input)) return false;
    seen.body = input.substr(end + 4, length);
    input.erase(0, end + 4 + length);
    return true;
  }

  static std::string client_of(SSL* ssl) {
    const ossl::Certificate certificate(SSL_get1_peer_certificate(ssl));
    if (!certificate) return "";
    Bytes digest(32);
    X509_digest(certificate.get(), EVP_sha256(), digest.data(), nullptr);
    return hex(digest);
  }

  Options x_options;
  Handler x_handler;
  ServerIdentity x_identity;
  SSL_CTX* x_context = nullptr;
  int x_listener = -1;
  std::uint16_t x_port = 0;
  std::thread x_acceptor;
  std::atomic<bool> x_stopping{false};
  std::atomic<int> x_connections{0};
  std::atomic<std::size_t> x_bytes{0};
  mutable std::mutex x_mutex;
  std::condition_variable x_changed;
  bool x_holding = false, x_released = false;
  std::vector<Seen> x_seen;
  std::vector<int> x_open;
  std::vector<std::thread> x_threads;
};

// A listener whose connections say something first, and then nothing more.
class Speaker {
 public:
  explicit Speaker(std::string words) : x_words(std::move(words)) {
    x_listener = listen_on_loopback(port);
    x_thread = std::thread([this] { speak(); });
  }
  ~Speaker() {
    ::shutdown(x_listener, SHUT_RDWR);
    x_thread.join();
    ::close(x_listener);
  }
  std::uint16_t port = 0;

 private:
  void speak() {
    for (;;) {
      const int fd = ::accept4(x_listener, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) return;
      static_cast<void>(::send(fd, x_words.data(), x_words.size(), MSG_NOSIGNAL) < 0);
      char byte = 0;
      while (::recv(fd, &byte, 1, 0) > 0) continue;
      ::close(fd);
    }
  }
  std::string x_words;
  int x_listener = -1;
  std::thread x_thread;
};

// A port on which nothing listens, and nobody else can meanwhile.
class ClosedPort {
 public:
  ClosedPort() : x_socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* any = reinterpret_cast<sockaddr*>(&address);
    if (::bind(x_socket, any, size) != 0 || ::getsockname(x_socket, any, &size) != 0) throw std::runtime_error("no port");
    x_port = ntohs(address.sin_port);
  }
  ~ClosedPort() { ::close(x_socket); }
  ClosedPort(const ClosedPort&) = delete;
  ClosedPort& operator=(const ClosedPort&) = delete;
  std::uint16_t port() const { return x_port; }

 private:
  int x_socket;
  std::uint16_t x_port = 0;
};

}  // namespace dfx::host::test
