#include "plugins/lxd/cloud_config.hpp"

namespace dfx::lxd {
namespace {

void merge(Json& into, const Json& further) {
  for (const auto& [key, value] : further.items()) {
    Json& there = into[key];
    if (there.is_object() && value.is_object() && !is_node(there) && !is_node(value))
      merge(there, value);
    else if (there.is_array() && value.is_array())
      there.insert(there.end(), value.begin(), value.end());
    else
      there = value;
  }
}

// cloud-init locks root out of SSH unless it is told not to.
Json login_of(const Login& login) {
  if (login.user == "root") return {{"disable_root", false}, {"ssh_authorized_keys", login.keys}};
  return {{"users",
           {"default",
            {{"name", login.user},
             {"shell", "/bin/bash"},
             {"sudo", "ALL=(ALL) NOPASSWD:ALL"},
             {"lock_passwd", true},
             {"ssh_authorized_keys", login.keys}}}}};
}

bool is_ipv6(const std::string& address) { return address.find(':') != std::string::npos; }

}  // namespace

Json user_data(const Login& login, const Json& further) {
  Json config = login_of(login);
  config["ssh_pwauth"] = false;
  config["ssh_keys"] = {{"ed25519_private", login.host_key_private}, {"ed25519_public", login.host_key}};
  if (further.is_object()) merge(config, further);
  return {{"$dfx", {{"concat", {"#cloud-config\n", {{"$dfx", {{"yaml", config}}}}}}}}};
}

Json network_config(const Addressing& a) {
  Json nic = {{"dhcp4", false}, {"addresses", Json::array({a.address})}};
  if (a.virtual_machine && !a.mac.empty()) nic["match"] = {{"macaddress", a.mac}};
  // The long form of "default" is understood by every netplan.
  if (!a.gateway.empty())
    nic["routes"] = Json::array({{{"to", is_ipv6(a.gateway) ? "::/0" : "0.0.0.0/0"}, {"via", a.gateway}}});
  if (a.dns.is_array() && !a.dns.empty()) nic["nameservers"] = {{"addresses", a.dns}};
  const Json config = {{"version", 2}, {"ethernets", {{a.virtual_machine ? "enp5s0" : "eth0", nic}}}};
  return {{"$dfx", {{"yaml", config}}}};
}

}  // namespace dfx::lxd
