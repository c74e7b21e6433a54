// The TLS side of a simulated server.
#pragma once
#include <boost/asio/ssl/context.hpp>
#include <string>

#include "sandbox/certificate.hpp"

namespace dfx::sandbox::net {

// TLS 1.3 only, as the real daemon; a client certificate is asked for, and any is taken: whether it is trusted is
// decided above. Sessions resume.
boost::asio::ssl::context server_context(const Identity& identity);

// What the client showed, also in a resumed session; DER, or empty.
std::string peer_certificate(SSL* connection);

}  // namespace dfx::sandbox::net
