#include "cli/wiring/sandbox_router.hpp"

namespace dfx {

void SandboxRouter::serve(const std::string& simulator, const std::string& origin) {
  x_world.serve(simulator, origin);
  const std::lock_guard lock(x_mutex);
  x_origins.insert(origin);
}

std::optional<host::Route> SandboxRouter::route(const std::string& host, std::uint16_t port,
                                                const std::string& client_certificate_pem) {
  const auto endpoint = x_world.route(host, port);
  if (!endpoint) return std::nullopt;
  host::Route route{endpoint->host, endpoint->port, ""};
  const std::string origin = "https://" + host + ":" + std::to_string(port);
  const std::lock_guard lock(x_mutex);
  if (x_origins.count(origin) == 0) return route;
  route.pin = x_world.fingerprint(origin);
  if (!client_certificate_pem.empty() && x_trusted.emplace(origin, client_certificate_pem).second)
    x_world.trust(origin, client_certificate_pem);
  return route;
}

}  // namespace dfx
