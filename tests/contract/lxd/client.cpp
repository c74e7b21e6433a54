#include "tests/contract/lxd/client.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <chrono>
#include <stdexcept>

namespace dfx::contract {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using Tls = beast::ssl_stream<beast::tcp_stream>;

constexpr std::chrono::seconds k_patience{60};

void must(bool fine, const char* what) {
  if (!fine) throw std::runtime_error(what);
}

template <auto Write, class Object>
std::string pem(Object* object) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), &BIO_free);
  must(Write(out.get(), object), "cannot write PEM");
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

int write_certificate(BIO* out, X509* certificate) { return PEM_write_bio_X509(out, certificate); }
int write_key(BIO* out, EVP_PKEY* key) {
  return PEM_write_bio_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
}

std::string digest(const X509* certificate) {
  unsigned char bytes[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  must(X509_digest(certificate, EVP_sha256(), bytes, &size), "cannot digest the certificate");
  static const char* const k_hex = "0123456789abcdef";
  std::string out;
  for (unsigned int i = 0; i < size; ++i) out += {k_hex[bytes[i] >> 4], k_hex[bytes[i] & 15]};
  return out;
}

asio::ssl::context tls_of(const Identity& identity) {
  asio::ssl::context context(asio::ssl::context::tls_client);
  context.set_verify_mode(asio::ssl::verify_none);  // the suite looks at the fingerprint itself
  context.use_certificate(asio::buffer(identity.certificate), asio::ssl::context::pem);
  context.use_private_key(asio::buffer(identity.key), asio::ssl::context::pem);
  return context;
}

// Runs one asynchronous step with a deadline (the synchronous calls have none).
template <class Start>
void step(asio::io_context& io, Start&& start) {
  beast::error_code error = asio::error::would_block;
  start([&error](beast::error_code result, auto&&...) { error = result; });
  io.restart();
  io.run_for(k_patience);
  if (error) throw beast::system_error(error);
}

void connect(asio::io_context& io, Tls& stream, const std::string& host, const std::string& port) {
  asio::ip::tcp::resolver resolver(io);
  const auto found = resolver.resolve(host, port);
  step(io, [&](auto done) { beast::get_lowest_layer(stream).async_connect(found, done); });
  step(io, [&](auto done) { stream.async_handshake(asio::ssl::stream_base::client, done); });
}

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

Answer answer_of(const http::response<http::string_body>& response) {
  Answer out;
  out.status = static_cast<int>(response.result_int());
  out.body = response.body();
  for (const auto& field : response)
    out.headers[lower(std::string(field.name_string()))] = std::string(field.value());
  out.json = Json::parse(out.body, nullptr, false);
  if (out.json.is_discarded()) out.json = nullptr;
  return out;
}

}  // namespace

Identity make_identity(const std::string& common_name) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), &X509_free);
  must(key && certificate, "cannot make a key");
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 86400);
  X509_NAME* name = X509_get_subject_name(certificate.get());
  const auto* text = reinterpret_cast<const unsigned char*>(common_name.c_str());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, text, -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  X509_set_pubkey(certificate.get(), key.get());
  must(X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0, "cannot sign the certificate");
  return {pem<write_certificate>(certificate.get()), pem<write_key>(key.get())};
}

std::string fingerprint_of(const std::string& certificate_pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> in(
      BIO_new_mem_buf(certificate_pem.data(), static_cast<int>(certificate_pem.size())), &BIO_free);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(
      PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr), &X509_free);
  must(certificate != nullptr, "not a certificate");
  return digest(certificate.get());
}

std::string Answer::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? "" : found->second;
}

Client::Client(std::string host, std::string port, Identity identity)
    : x_host(std::move(host)), x_port(std::move(port)), x_identity(std::move(identity)) {}

Answer Client::send(const std::string& method, const std::string& path, const std::string& body,
                    const Headers& headers) const {
  asio::io_context io;
  asio::ssl::context context = tls_of(x_identity);
  Tls stream(io, context);
  connect(io, stream, x_host, x_port);
  http::request<http::string_body> request(http::string_to_verb(method), path, 11);
  request.set(http::field::host, x_host + ":" + x_port);
  request.set(http::field::connection, "close");
  if (!body.empty()) request.set(http::field::content_type, "application/json");
  for (const auto& [name, value] : headers) request.set(name, value);
  request.body() = body;
  request.prepare_payload();
  step(io, [&](auto done) { http::async_write(stream, request, done); });
  beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(64u << 20);
  step(io, [&](auto done) { http::async_read(stream, buffer, parser, done); });
  return answer_of(parser.get());
}

Json Client::finish(const Answer& accepted) const {
  must(accepted.status == 202, ("not accepted: " + accepted.body).c_str());
  const Answer waited = get(accepted.json.at("operation").get<std::string>() + "/wait?timeout=50");
  must(waited.status == 200, ("cannot wait: " + waited.body).c_str());
  return waited.metadata();
}

std::string Client::server_fingerprint() const {
  asio::io_context io;
  asio::ssl::context context = tls_of(x_identity);
  Tls stream(io, context);
  connect(io, stream, x_host, x_port);
  const std::unique_ptr<X509, decltype(&X509_free)> shown(SSL_get1_peer_certificate(stream.native_handle()),
                                                          &X509_free);
  must(shown != nullptr, "the server showed no certificate");
  return digest(shown.get());
}

struct Events::Impl {
  explicit Impl(const Identity& identity) : context(tls_of(identity)), socket(io, context) {}
  asio::io_context io;
  asio::ssl::context context;
  beast::websocket::stream<Tls> socket;
};

Events::Events(const Client& client, const std::string& types)
    : x_impl(std::make_unique<Impl>(client.x_identity)) {
  connect(x_impl->io, x_impl->socket.next_layer(), client.x_host, client.x_port);
  const std::string target = "/1.0/events?type=" + types;
  step(x_impl->io, [&](auto done) { x_impl->socket.async_handshake(client.x_host, target, done); });
}

Events::~Events() = default;

Json Events::next(const std::function<bool(const Json&)>& wanted) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (std::chrono::steady_clock::now() < until) {
    beast::flat_buffer buffer;
    step(x_impl->io, [&](auto done) { x_impl->socket.async_read(buffer, done); });
    const Json event = Json::parse(beast::buffers_to_string(buffer.data()));
    if (wanted(event)) return event;
  }
  return nullptr;
}

}  // namespace dfx::contract
