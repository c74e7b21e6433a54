#include "sandbox/net/acceptor.hpp"

#include <boost/asio/strand.hpp>

#include "core/model/diagnostics.hpp"

namespace dfx::sandbox::net {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

constexpr auto k_pause = std::chrono::milliseconds(50);  // when the process has no descriptor left

tcp::endpoint any_port() { return {boost::asio::ip::address_v4::loopback(), 0}; }

void check(const error_code& error) {
  if (error) throw Error("sandbox.no-port", "the sandbox cannot listen on loopback", error.message());
}

}  // namespace

void reset_connection(Socket& socket) {
  error_code ignored;
  socket.set_option(boost::asio::socket_base::linger(true, 0), ignored);
  socket.close(ignored);
}

Acceptor::Acceptor(Loop& loop, std::function<void(Socket)> taken)
    : x_context(loop.context()), x_acceptor(x_context), x_pause(x_context), x_taken(std::move(taken)) {
  error_code error;
  x_acceptor.open(tcp::v4(), error);
  check(error);
  x_acceptor.bind(any_port(), error);
  check(error);
  x_acceptor.listen(boost::asio::socket_base::max_listen_connections, error);
  check(error);
  x_port = x_acceptor.local_endpoint().port();
  accept();
}

void Acceptor::accept() {
  x_acceptor.async_accept(boost::asio::make_strand(x_context), [this](const error_code& error, Socket socket) {
    if (error == boost::asio::error::operation_aborted) return;
    if (error) return accept_later();
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    x_taken(std::move(socket));
    accept();
  });
}

void Acceptor::accept_later() {
  x_pause.expires_after(k_pause);
  x_pause.async_wait([this](const error_code& error) {
    if (!error) accept();
  });
}

ClosedPort::ClosedPort(Loop& loop) : x_socket(loop.context()) {
  error_code error;
  x_socket.open(tcp::v4(), error);
  check(error);
  x_socket.bind(any_port(), error);
  check(error);
  x_port = x_socket.local_endpoint().port();
}

}  // namespace dfx::sandbox::net
