#include "sandbox/lxd/nics.hpp"

#include <map>
#include <set>

#include "sandbox/lxd/devices.hpp"
#include "sandbox/lxd/instances.hpp"
#include "sandbox/lxd/validate.hpp"

namespace dfx::sandbox::lxd {
namespace {

std::string anything(const std::string&) { return {}; }

const std::map<std::string, Check>& bridged_rules() {
  static const std::map<std::string, Check> rules = {
      {"name", optional(check_interface_name)},
      {"network", anything},
      {"parent", anything},
      {"mtu", optional(check_mtu)},
      {"hwaddr", optional(check_mac)},
      {"host_name", anything},
      {"limits.ingress", anything},
      {"limits.egress", anything},
      {"limits.max", anything},
      {"ipv4.address", optional([](const std::string& v) { return v == "none" ? std::string() : check_ipv4(v); })},
      {"ipv6.address", optional([](const std::string& v) { return v == "none" ? std::string() : check_ipv6(v); })},
      {"ipv4.routes", anything},
      {"ipv6.routes", anything},
      {"ipv4.routes.external", anything},
      {"ipv6.routes.external", anything},
      {"security.mac_filtering", anything},
      {"security.ipv4_filtering", anything},
      {"security.ipv6_filtering", anything},
      {"security.port_isolation", optional(check_bool)},
      {"maas.subnet.ipv4", anything},
      {"maas.subnet.ipv6", anything},
      {"boot.priority", optional(check_uint32)},
      {"vlan", optional(check_vlan)},
      {"vlan.tagged", anything},
  };
  return rules;
}

const std::map<std::string, Check>& macvlan_rules() {
  static const std::map<std::string, Check> rules = {
      {"name", optional(check_interface_name)}, {"network", anything}, {"parent", anything},
      {"mtu", optional(check_mtu)},             {"hwaddr", optional(check_mac)}, {"vlan", anything},
      {"boot.priority", optional(check_uint32)}, {"gvrp", optional(check_bool)},
  };
  return rules;
}

std::string text(const Json& device, const char* key) { return device.value(key, std::string()); }

bool allowed_without_rule(const std::string& key) {
  return key == "type" || key == "nictype" || key.compare(0, 5, "user.") == 0;
}

std::string rules_problem(const Json& nic, const std::map<std::string, Check>& rules) {
  if (text(nic, "network").empty() && text(nic, "parent").empty()) {
    return "Invalid value for device option \"parent\": Required value";
  }
  for (const auto& [key, value] : nic.items()) {
    const auto rule = rules.find(key);
    if (rule == rules.end()) {
      if (!allowed_without_rule(key)) return "Invalid device option " + quoted(key);
    } else if (std::string problem = rule->second(value); !problem.empty()) {
      return "Invalid value for device option " + quoted(key) + ": " + problem;
    }
  }
  return {};
}

// A fixed address must fit the managed network that hands it out.
std::string address_problem(const Json& nic, const Json& network) {
  const std::string address = text(nic, "ipv4.address");
  const bool filtered = is_true(text(nic, "security.ipv4_filtering"));
  if (address.empty()) return {};
  const std::string own = network["config"].value("ipv4.address", "");
  const auto subnet = parse_ipv4_subnet(own);
  const bool dhcp = subnet && network["config"].value("ipv4.dhcp", "true") != "false";
  const std::string name = network["name"];
  if (!dhcp && !filtered) {
    return "Cannot specify \"ipv4.address\" when DHCP is disabled (unless using security.ipv4_filtering) on network " +
           quoted(name);
  }
  const auto wanted = parse_ipv4(address);
  if (dhcp && address != "none" && (!wanted || !subnet->holds(*wanted))) {
    return "Device IP address " + quoted(address) + " not within network " + quoted(name) + " subnet";
  }
  if (address == "none" && !filtered) return "Cannot have ipv4.address as none unless using security.ipv4_filtering";
  if (subnet && wanted == subnet->address) {
    return "IP address " + quoted(address) + " is assigned to parent managed network device " +
           quoted(text(nic, "parent"));
  }
  return {};
}

std::string unmanaged_problem(const Json& nic) {
  for (const std::string family : {"4", "6"}) {
    const std::string key = "ipv" + family + ".address";
    const bool filtered = is_true(text(nic, ("security.ipv" + family + "_filtering").c_str()));
    const bool given = !text(nic, key.c_str()).empty();
    if (filtered && !given) {
      return "IPv" + family + " filtering requires a manually specified " + key +
             " when using an unmanaged parent bridge";
    }
    if (!filtered && given) return "Cannot use manually specified " + key + " when using unmanaged parent bridge";
  }
  return {};
}

std::string bridged_problem(const Context& context, const Json& nic) {
  Json settled = nic;
  if (!text(nic, "network").empty()) {
    for (const char* banned : {"nictype", "parent", "mtu", "maas.subnet.ipv4", "maas.subnet.ipv6"}) {
      if (text(nic, banned).empty()) continue;
      return "Cannot use " + quoted(banned) + " property in conjunction with \"network\" property";
    }
    settled["parent"] = nic["network"];
  }
  const Json network = managed_network_of(context, nic);
  std::string problem = network.is_null() ? unmanaged_problem(nic) : address_problem(nic, network);
  return problem.empty() ? rules_problem(settled, bridged_rules()) : problem;
}

std::string mac_of(const Json& nic, const Json& config, const std::string& name) {
  std::string mac = text(nic, "hwaddr");
  return mac.empty() ? config.value("volatile." + name + ".hwaddr", std::string()) : mac;
}

std::string conflict_with(const Json& ours, const std::string& our_mac, const Json& theirs,
                          const std::string& their_mac) {
  if (!our_mac.empty() && our_mac == their_mac) {
    return "MAC address " + quoted(our_mac) + " already defined on another NIC";
  }
  for (const char* key : {"ipv4.address", "ipv6.address"}) {
    const std::string address = text(ours, key);
    if (!address.empty() && address != "none" && address == text(theirs, key)) {
      return "IP address " + quoted(address) + " already defined on another NIC";
    }
  }
  return {};
}

}  // namespace

std::string nic_problem(const Context& context, const std::string& name, const Json& nic) {
  const std::string network = text(nic, "network");
  if (!network.empty() && !context.get("network", network)) {
    return "Failed loading device " + quoted(name) + ": Failed to load network " + quoted(network) +
           " for project \"default\": Network not found";
  }
  const std::string type = network.empty() ? text(nic, "nictype") : "bridged";
  if (type == "bridged") return bridged_problem(context, nic);
  if (type == "macvlan") return rules_problem(nic, macvlan_rules());
  for (const char* other : {"physical", "ipvlan", "p2p", "routed", "sriov", "ovn"}) {
    if (type == other) return "The simulator has no NICs of type " + quoted(type);
  }
  return "Failed loading device " + quoted(name) + ": Unsupported device type";
}

std::string nic_conflict(const Context& context, const std::string& instance, const std::string& name,
                         const Json& nic) {
  const Json network = managed_network_of(context, nic);
  if (network.is_null()) return {};
  const Json self = context.get("instance", instance).value_or(Json{{"config", Json::object()}});
  const std::string mac = mac_of(nic, self["config"], name);
  for (const auto& [other_name, other] : context.list("instance")) {
    const Json devices = expanded_devices(context, other);
    for (const auto& [device_name, device] : devices.items()) {
      if ((other_name == instance && device_name == name) || text(device, "type") != "nic") continue;
      const Json theirs = managed_network_of(context, device);
      if (theirs.is_null() || theirs["name"] != network["name"]) continue;
      const std::string problem = conflict_with(nic, mac, device, mac_of(device, other["config"], device_name));
      if (!problem.empty()) return problem;
    }
  }
  return {};
}

bool nic_changes_in_place(const Json& before, const Json& after) {
  static const std::set<std::string> live = {
      "limits.ingress", "limits.egress", "limits.max", "ipv4.address", "ipv6.address", "ipv4.routes", "ipv6.routes",
      "ipv4.routes.external", "ipv6.routes.external", "security.mac_filtering", "security.ipv4_filtering",
      "security.ipv6_filtering"};
  const auto same_but_live = [](Json one, const Json& other) {
    for (const auto& key : live) one.erase(key);
    for (const auto& [key, value] : one.items()) {
      if (text(other, key.c_str()) != value) return false;
    }
    return true;
  };
  return same_but_live(before, after) && same_but_live(after, before);
}

}  // namespace dfx::sandbox::lxd
