// Between the wire's HTTP and the simulator's requests and replies.
#pragma once
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include "sandbox/lxd/context.hpp"

namespace dfx::sandbox::net {

using WireRequest = boost::beast::http::request<boost::beast::http::string_body>;
using WireResponse = boost::beast::http::response<boost::beast::http::string_body>;

// Everything but origin, client and peer. Takes the body out of `wire`.
lxd::Request read_request(WireRequest& wire);
WireResponse write_reply(const WireRequest& wire, lxd::Reply reply);

}  // namespace dfx::sandbox::net
