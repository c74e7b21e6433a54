#include "plugins/lxd/keys.hpp"

namespace dfx::lxd {
namespace {

// Names of key pairs are for people; X.509 has room for so much.
std::string shortened(const std::string& name) { return name.substr(0, 64); }

KeyPair make(sdk::Expansion& out, const std::string& component, const std::string& name,
             const Json& desired) {
  out.resource({{"kind", "core.keypair"}, {"name", name}, {"desired", desired}});
  return {component + "/core.keypair/" + name};
}

}  // namespace

KeyPair make_tls_key(sdk::Expansion& out, const std::string& component, const std::string& common_name) {
  return make(out, component, "client", {{"type", "tls-client"}, {"name", shortened(common_name)}});
}

KeyPair make_ssh_key(sdk::Expansion& out, const std::string& component, const std::string& comment) {
  return make(out, component, "login", {{"type", "ssh-ed25519"}, {"name", shortened(comment)}});
}

KeyPair make_host_key(sdk::Expansion& out, const std::string& component, const std::string& machine) {
  return make(out, component, "host-" + machine,
              {{"type", "ssh-ed25519"}, {"name", shortened("root@" + machine)}});
}

}  // namespace dfx::lxd
