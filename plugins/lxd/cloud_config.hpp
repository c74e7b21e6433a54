// What a machine is told at its first boot.
#pragma once
#include <string>

#include "plugins/lxd/json.hpp"

namespace dfx::lxd {

struct Login {
  std::string user;
  Json keys;              // public lines that may log in; may be `$dfx` nodes
  Json host_key;          // public line of the machine's own key; may be a node
  Json host_key_private;  // a node
};

// A node whose value is "#cloud-config ...": the login, the machine's own SSH key, and `further` merged into
// it (lists are appended, mappings merged, single values of `further` win).
Json user_data(const Login& login, const Json& further);

struct Addressing {
  std::string address;  // "192.168.0.161/24"
  std::string gateway;  // empty: none
  Json dns;             // list
  std::string mac;      // of the NIC; empty: not known
  bool virtual_machine = false;
};

// A node whose value is a network-config of version 2. Containers are matched by the name that LXD gives the
// NIC (a veth has no permanent MAC to match), virtual machines by MAC (the guest names the NIC as it likes).
Json network_config(const Addressing& addressing);

}  // namespace dfx::lxd
