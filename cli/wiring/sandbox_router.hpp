// Sends every connection into the simulated world; what has no place there is refused.
#pragma once
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "host/http/router.hpp"
#include "sandbox/world.hpp"

namespace dfx {

// [any]
class SandboxRouter final : public host::Router {
 public:
  // `world` is borrowed.
  explicit SandboxRouter(sandbox::World& world) : x_world(world) {}
  // A simulated server trusts every client certificate of this workspace: in the real world a person has seen to that.
  std::optional<host::Route> route(const std::string& host, std::uint16_t port,
                                   const std::string& client_certificate_pem) override;
  // Makes `origin` ("https://192.168.0.10:8443") a place of this world.
  void serve(const std::string& simulator, const std::string& origin);

 private:
  sandbox::World& x_world;
  std::mutex x_mutex;
  std::set<std::string> x_origins;
  std::set<std::pair<std::string, std::string>> x_trusted;  // origin, certificate
};

}  // namespace dfx
