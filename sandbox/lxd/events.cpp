#include "sandbox/lxd/events.hpp"

#include "sandbox/lxd/operations.hpp"
#include "sandbox/lxd/validate.hpp"

namespace dfx::sandbox::lxd {
namespace {

const std::vector<std::string> k_types = {"lifecycle", "logging", "operation"};

std::vector<std::string> split_types(const std::string& text) {
  std::vector<std::string> types;
  std::size_t start = 0;
  for (std::size_t end; (end = text.find(',', start)) != std::string::npos; start = end + 1) {
    types.push_back(text.substr(start, end - start));
  }
  types.push_back(text.substr(start));
  return types;
}

}  // namespace

void send_operation_event(Store::Session& session, const StoredOperation& operation, Micros at) {
  session.add_event(operation.origin, "operation",
                    {{"type", "operation"}, {"timestamp", timestamp(at)}, {"location", "none"},
                     {"project", "default"}, {"metadata", render_operation(operation)}});
}

void send_lifecycle_event(Store::Session& session, const std::string& origin, const std::string& action,
                          const std::string& source, Micros at) {
  session.add_event(origin, "lifecycle",
                    {{"type", "lifecycle"}, {"timestamp", timestamp(at)}, {"location", "none"},
                     {"project", "default"}, {"metadata", {{"action", action}, {"source", source}}}});
}

Reply events_get(Context& context) {
  const std::string wanted = context.request.parameter("type");
  Reply reply;
  reply.event_types = wanted.empty() ? k_types : split_types(wanted);
  for (const auto& type : reply.event_types) {
    if (type != k_types[0] && type != k_types[1] && type != k_types[2]) {
      throw Refusal{400, quoted(type) + " isn't a supported event type"};
    }
  }
  if (context.request.header("upgrade") == "websocket") return reply;
  reply.event_types.clear();
  reply.status = 400;
  reply.content_type = "text/plain; charset=utf-8";
  reply.headers = {{"Sec-Websocket-Version", "13"}, {"X-Content-Type-Options", "nosniff"}};
  reply.body = "Bad Request\n";
  return reply;
}

}  // namespace dfx::sandbox::lxd
