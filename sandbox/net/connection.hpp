// One client of a simulated server, from its handshake to its end.
#pragma once
#include <boost/asio/ssl/context.hpp>

#include "sandbox/net/acceptor.hpp"
#include "sandbox/net/desk.hpp"
#include "sandbox/net/pulse.hpp"

namespace dfx::sandbox::net {

// HTTP/1.1 with keep-alive, long polls and websockets of events, over TLS, or plain if `tls` is null. The connection
// keeps itself alive; everything borrowed must outlive the loop's threads.
void serve_connection(Socket socket, Desk& desk, Pulse& pulse, boost::asio::ssl::context* tls);

}  // namespace dfx::sandbox::net
