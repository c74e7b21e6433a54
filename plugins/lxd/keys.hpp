// The key pairs of a component, made once by dfx itself (core.keypair): one TLS client key for its hosts, one
// SSH key for its machines, and each machine's own SSH host key.
#pragma once
#include <dfx/sdk.hpp>

#include <string>

#include "plugins/lxd/json.hpp"

namespace dfx::lxd {

// References to a key pair's outputs.
struct KeyPair {
  std::string address;
  Json certificate() const { return reference(address, "/certificate"); }  // PEM, of a TLS pair
  Json fingerprint() const { return reference(address, "/fingerprint"); }
  Json public_line() const { return reference(address, "/public"); }  // of an SSH pair
  Json private_key() const { return reference(address, "/private"); }
};

KeyPair make_tls_key(sdk::Expansion& out, const std::string& component, const std::string& common_name);
KeyPair make_ssh_key(sdk::Expansion& out, const std::string& component, const std::string& comment);
KeyPair make_host_key(sdk::Expansion& out, const std::string& component, const std::string& machine);

}  // namespace dfx::lxd
