// What a daemon has after `lxd init --auto` and a trust password.
#include "sandbox/lxd/handlers.hpp"
#include "sandbox/lxd/server.hpp"

namespace dfx::sandbox::lxd {

void make_new_daemon(Store::Session& session, const std::string& origin) {
  const Json config = {{"core.https_address", authority_of(origin)}};
  session.put(origin, "server", "config", config_with_password(config, k_trust_password));
  session.put(origin, "pool", "default",
              {{"driver", "dir"}, {"description", ""}, {"config", {{"source", "/var/lib/lxd/storage-pools/default"}}}});
  session.put(origin, "network", "lxdbr0",
              {{"description", ""},
               {"config", {{"ipv4.address", "10.66.7.1/24"}, {"ipv4.nat", "true"}, {"ipv6.address", "none"}}}});
  session.put(origin, "profile", "default",
              {{"description", "Default LXD profile"},
               {"config", Json::object()},
               {"devices",
                {{"root", {{"type", "disk"}, {"path", "/"}, {"pool", "default"}}},
                 {"eth0", {{"type", "nic"}, {"name", "eth0"}, {"network", "lxdbr0"}}}}}});
}

}  // namespace dfx::sandbox::lxd
