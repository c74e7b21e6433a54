#include "sandbox/net/connection.hpp"

#include <sys/socket.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <cerrno>
#include <optional>

#include "core/model/diagnostics.hpp"
#include "sandbox/lxd/operations.hpp"
#include "sandbox/net/event_stream.hpp"
#include "sandbox/net/http_message.hpp"
#include "sandbox/net/tls.hpp"

namespace dfx::sandbox::net {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;
using Plain = beast::tcp_stream;
using Secure = beast::ssl_stream<beast::tcp_stream>;

constexpr std::uint64_t k_longest_body = 64u << 20;
constexpr std::uint32_t k_longest_header = 64u << 10;
constexpr auto k_handshake_time = std::chrono::seconds(10);
constexpr auto k_goodbye_time = std::chrono::seconds(5);

template <class Stream>
class Connection;

// A long poll on an operation.
template <class Stream>
class Poll final : public Sleeper {
 public:
  Poll(std::shared_ptr<Connection<Stream>> connection, lxd::Waiting waiting)
      : x_connection(std::move(connection)), x_waiting(std::move(waiting)) {}

  bool look(Store::Session& session, Micros now) override {
    const auto operation = session.operation(x_waiting.operation);
    if (operation && !operation->finished && (!x_waiting.until || *x_waiting.until > now)) return true;
    lxd::Reply reply = operation ? lxd::sync(lxd::render_operation(*operation))
                                 : lxd::error(404, "Operation not found");
    x_connection->end_poll(std::move(reply));
    return false;
  }
  std::optional<Micros> alarm() const override { return x_waiting.until; }
  bool gone() const override { return x_connection->left(); }

 private:
  std::shared_ptr<Connection<Stream>> x_connection;
  lxd::Waiting x_waiting;
};

template <class Stream>
class Connection : public std::enable_shared_from_this<Connection<Stream>> {
 public:
  Connection(Stream stream, Desk& desk, Pulse& pulse)
      : x_stream(std::move(stream)), x_timer(x_stream.get_executor()), x_desk(desk), x_pulse(pulse) {}

  void start() {
    if constexpr (std::is_same_v<Stream, Secure>) {
      beast::get_lowest_layer(x_stream).expires_after(k_handshake_time);
      x_stream.async_handshake(boost::asio::ssl::stream_base::server,
                               [self = this->shared_from_this()](const error_code& error) {
                                 if (error) return;
                                 self->x_client = peer_certificate(self->x_stream.native_handle());
                                 self->read();
                               });
    } else {
      read();
    }
  }

  // The client is not there any more. [any]
  bool left() const { return x_left; }

  void end_poll(lxd::Reply reply) {
    boost::asio::post(x_stream.get_executor(), [self = this->shared_from_this(), reply = std::move(reply)]() mutable {
      if (self->x_left) return;
      self->x_polling = false;
      socket(self).cancel();
      self->finish(std::move(reply));
    });
  }

 private:
  static Socket& socket(const std::shared_ptr<Connection>& self) {
    return beast::get_lowest_layer(self->x_stream).socket();
  }

  void read() {
    beast::get_lowest_layer(x_stream).expires_never();
    x_parser.emplace();
    x_parser->header_limit(k_longest_header);
    x_parser->body_limit(k_longest_body);
    http::async_read_header(x_stream, x_buffer, *x_parser,
                            [self = this->shared_from_this()](const error_code& error, std::size_t) {
                              if (error == http::error::body_limit) return self->refuse_body();
                              if (!error) self->read_body();
                            });
  }

  void read_body() {
    if (beast::iequals(x_parser->get()[http::field::expect], "100-continue")) return invite_body();
    http::async_read(x_stream, x_buffer, *x_parser,
                     [self = this->shared_from_this()](const error_code& error, std::size_t) {
                       if (error == http::error::body_limit) return self->refuse_body();
                       if (!error) self->guarded([&] { self->meet(); });
                     });
  }

  void invite_body() {
    auto invitation = std::make_shared<http::response<http::empty_body>>(http::status::continue_, 11);
    x_parser->get().erase(http::field::expect);
    http::async_write(x_stream, *invitation,
                      [self = this->shared_from_this(), invitation](const error_code& error, std::size_t) {
                        if (!error) self->read_body();
                      });
  }

  void refuse_body() {
    x_wire = WireRequest{};
    x_wire.keep_alive(false);
    send(lxd::error(413, "http: request body too large"));
  }

  // A mistake of ours must not look like a dead host.
  template <class Work>
  void guarded(Work work) {
    try {
      work();
    } catch (const std::exception& problem) {
      send(lxd::error(500, std::string("sandbox: ") + problem.what()));
    }
  }

  void meet() {
    x_wire = x_parser->release();
    x_request = read_request(x_wire);
    x_request.origin = x_desk.origin();
    x_request.client_der = x_client;
    x_request.local = x_desk.local();
    const Meeting meeting = x_desk.meet(x_request);
    x_fault = meeting.fault;
    if (meeting.host_down || x_fault.drop == Drop::before) return cut();
    if (x_fault.delay <= 0) return answer();
    x_timer.expires_after(std::chrono::microseconds(from_seconds(x_fault.delay)));
    x_timer.async_wait([self = this->shared_from_this()](const error_code& error) {
      if (!error) self->guarded([&] { self->answer(); });
    });
  }

  void answer() {
    lxd::Reply reply = x_desk.answer(x_request, x_fault);
    if (x_fault.drop == Drop::after) return cut();
    if (!reply.event_types.empty()) return become_event_stream(reply.event_types);
    if (reply.waiting) return poll(std::move(*reply.waiting));
    send(std::move(reply));
  }

  void poll(lxd::Waiting waiting) {
    x_polling = true;
    watch_for_leaving();
    x_pulse.add(std::make_shared<Poll<Stream>>(this->shared_from_this(), std::move(waiting)));
  }

  // Nothing is due from the client meanwhile: something to read, or an end, means that it has gone. The wait may also
  // end for bytes that were read before it began, so the socket is asked.
  void watch_for_leaving() {
    socket(this->shared_from_this())
        .async_wait(Socket::wait_read, [self = this->shared_from_this()](const error_code& error) {
          if (error || !self->x_polling) return;
          if (nothing_to_read(socket(self))) self->watch_for_leaving();
          else self->x_left = true;
        });
  }

  static bool nothing_to_read(Socket& from) {
    char byte = 0;
    return ::recv(from.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && (errno == EAGAIN || errno == EINTR);
  }

  void finish(lxd::Reply reply) { guarded([&] { send(std::move(reply)); }); }

  void become_event_stream(const std::vector<std::string>& types) {
    const std::int64_t last = x_desk.last_event();
    std::make_shared<EventStream<Stream>>(std::move(x_stream), x_desk.origin(), types, last)
        ->start(std::move(x_wire), x_pulse);
  }

  void send(lxd::Reply reply) {
    x_response = write_reply(x_wire, std::move(reply));
    http::async_write(x_stream, x_response, [self = this->shared_from_this()](const error_code& error, std::size_t) {
      if (error) return;
      if (self->x_response.keep_alive()) self->read();
      else self->say_goodbye();
    });
  }

  // A close with bytes unread would take the answer back from a client that is still sending.
  void say_goodbye() {
    error_code ignored;
    socket(this->shared_from_this()).shutdown(Socket::shutdown_send, ignored);
    beast::get_lowest_layer(x_stream).expires_after(k_goodbye_time);
    drain();
  }

  void drain() {
    x_drained.resize(1u << 16);
    beast::get_lowest_layer(x_stream).async_read_some(
        boost::asio::buffer(x_drained), [self = this->shared_from_this()](const error_code& error, std::size_t) {
          if (!error) self->drain();
        });
  }

  void cut() { reset_connection(socket(this->shared_from_this())); }

  Stream x_stream;
  boost::asio::steady_timer x_timer;
  Desk& x_desk;
  Pulse& x_pulse;
  std::string x_client;
  beast::flat_buffer x_buffer;
  std::optional<http::request_parser<http::string_body>> x_parser;
  WireRequest x_wire;
  WireResponse x_response;
  std::string x_drained;
  lxd::Request x_request;
  RequestFault x_fault;
  bool x_polling = false;
  std::atomic<bool> x_left{false};
};

}  // namespace

void serve_connection(Socket socket, Desk& desk, Pulse& pulse, boost::asio::ssl::context* tls) {
  if (tls == nullptr) {
    std::make_shared<Connection<Plain>>(Plain(std::move(socket)), desk, pulse)->start();
  } else {
    std::make_shared<Connection<Secure>>(Secure(Plain(std::move(socket)), *tls), desk, pulse)->start();
  }
}

}  // namespace dfx::sandbox::net
