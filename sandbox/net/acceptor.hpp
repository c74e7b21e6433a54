// A port on loopback.
#pragma once
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <memory>

#include "sandbox/net/loop.hpp"

namespace dfx::sandbox::net {

using Socket = boost::asio::ip::tcp::socket;

// Ends a connection with a reset: the other side sees it cut, not finished.
void reset_connection(Socket& socket);

// Listens on an ephemeral port of 127.0.0.1 from construction until the loop stops.
class Acceptor {
 public:
  // `taken` gets each connection, with a strand of its own as executor; it must not throw. Throws Error
  // "sandbox.no-port".
  Acceptor(Loop& loop, std::function<void(Socket)> taken);
  std::uint16_t port() const { return x_port; }

 private:
  void accept();
  void accept_later();
  boost::asio::io_context& x_context;
  boost::asio::ip::tcp::acceptor x_acceptor;
  boost::asio::steady_timer x_pause;
  std::function<void(Socket)> x_taken;
  std::uint16_t x_port = 0;
};

// A port that is ours and refuses every connection, as a host that is down does.
class ClosedPort {
 public:
  explicit ClosedPort(Loop& loop);
  std::uint16_t port() const { return x_port; }

 private:
  Socket x_socket;
  std::uint16_t x_port = 0;
};

}  // namespace dfx::sandbox::net
