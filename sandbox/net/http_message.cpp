#include "sandbox/net/http_message.hpp"

#include "core/util/text.hpp"
#include "sandbox/lxd/percent.hpp"

namespace dfx::sandbox::net {
namespace {

std::map<std::string, std::string> read_query(std::string_view text) {
  std::map<std::string, std::string> query;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(pair.size() + 1, text.size()));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::string value = equals < pair.size() ? std::string(pair.substr(equals + 1)) : std::string();
    if (!pair.empty()) query.emplace(lxd::query_decoded(pair.substr(0, equals)), lxd::query_decoded(value));
  }
  return query;
}

}  // namespace

lxd::Request read_request(WireRequest& wire) {
  lxd::Request request;
  request.method = std::string(wire.method_string());
  const std::string target(wire.target());
  const std::size_t mark = std::min(target.find('?'), target.size());
  request.path = target.substr(0, mark);
  if (mark < target.size()) request.query = read_query(std::string_view(target).substr(mark + 1));
  for (const auto& field : wire) request.headers[lower(std::string(field.name_string()))] = std::string(field.value());
  request.body = std::move(wire.body());
  return request;
}

WireResponse write_reply(const WireRequest& wire, lxd::Reply reply) {
  WireResponse response(static_cast<boost::beast::http::status>(reply.status), wire.version());
  response.set(boost::beast::http::field::content_type, reply.content_type);
  for (const auto& [name, value] : reply.headers) response.set(name, value);
  response.keep_alive(wire.keep_alive());
  const bool head = wire.method() == boost::beast::http::verb::head;
  response.content_length(reply.body.size());
  if (!head) response.body() = std::move(reply.body);
  return response;
}

}  // namespace dfx::sandbox::net
