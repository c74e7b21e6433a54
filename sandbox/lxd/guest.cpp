#include "sandbox/lxd/guest.hpp"

#include <cstdio>

#include "sandbox/lxd/cloud_config.hpp"
#include "sandbox/lxd/devices.hpp"
#include "sandbox/lxd/instances.hpp"
#include "sandbox/lxd/validate.hpp"

namespace dfx::sandbox::lxd {
namespace {

Json address(const char* family, const std::string& with_bits, const char* scope) {
  const std::size_t slash = with_bits.find('/');
  return {{"family", family}, {"address", with_bits.substr(0, slash)}, {"netmask", with_bits.substr(slash + 1)},
          {"scope", scope}};
}

Json counters() {
  return {{"bytes_received", 0},   {"bytes_sent", 0},    {"packets_received", 0}, {"packets_sent", 0},
          {"errors_received", 0},  {"errors_sent", 0},   {"packets_dropped_outbound", 0},
          {"packets_dropped_inbound", 0}};
}

Json interface(const Json& addresses, const std::string& mac, const std::string& host_name, int mtu,
               const char* type) {
  return {{"addresses", addresses}, {"counters", counters()}, {"hwaddr", mac}, {"host_name", host_name},
          {"mtu", mtu},             {"state", "up"},          {"type", type}};
}

// fe80:: from the MAC, as the kernel makes it.
std::string link_local(const std::string& mac) {
  unsigned int b[6] = {};
  std::sscanf(mac.c_str(), "%x:%x:%x:%x:%x:%x", &b[0], &b[1], &b[2], &b[3], &b[4], &b[5]);
  char text[64];
  std::snprintf(text, sizeof text, "fe80::%x:%xff:fe%02x:%x/64", ((b[0] ^ 2) << 8) | b[1], b[2], b[3],
                (b[4] << 8) | b[5]);
  return text;
}

std::string mac_of(const Json& instance, const std::string& name, const Json& nic) {
  const std::string mac = nic.value("hwaddr", "");
  return mac.empty() ? instance["config"].value("volatile." + name + ".hwaddr", "") : mac;
}

// Systemd's predictable name of the first NIC in a virtual machine; containers get the name LXD gave.
std::string inner_name(const Json& instance, const std::string& name, const Json& nic, int number) {
  if (is_virtual_machine(instance)) return "enp" + std::to_string(5 + number) + "s0";
  const std::string given = nic.value("name", "");
  return given.empty() ? instance["config"].value("volatile." + name + ".name", "eth0") : given;
}

// What dnsmasq of a managed bridge would lease: fixed by the instance's name, so that it stays the same.
std::string lease(const Json& network, const std::string& instance) {
  const auto subnet = parse_ipv4_subnet(network["config"].value("ipv4.address", ""));
  if (!subnet || network["config"].value("ipv4.dhcp", "true") == "false" || subnet->bits > 24) return {};
  std::uint32_t sum = 17;
  for (const char c : instance) sum = sum * 31 + static_cast<unsigned char>(c);
  const std::uint32_t base = subnet->address & 0xffffff00u;
  return format_ipv4(base + 100 + sum % 150) + "/" + std::to_string(subnet->bits);
}

std::vector<std::string> addresses_of_nic(const Context& context, const Json& instance, const std::string& inner,
                                          const std::string& mac, const Json& nic) {
  const std::string network_config = cloud_text(context, instance, "network-config");
  if (instance["sim"].value("cloud_init", false) && !network_config.empty()) {
    return configured_addresses(network_config, inner, mac);
  }
  const Json network = managed_network_of(context, nic);
  if (network.is_null()) return {};
  const std::string fixed = nic.value("ipv4.address", "");
  const auto subnet = parse_ipv4_subnet(network["config"].value("ipv4.address", ""));
  if (!fixed.empty() && subnet) return {fixed + "/" + std::to_string(subnet->bits)};
  const std::string leased = lease(network, instance["name"]);
  return leased.empty() ? std::vector<std::string>{} : std::vector<std::string>{leased};
}

Json loopback() {
  return interface({address("inet", "127.0.0.1/8", "local"), address("inet6", "::1/128", "local")}, "", "", 65536,
                   "loopback");
}

Json render_nic(const Context& context, const Json& instance, const std::string& name, const Json& nic,
                const std::string& inner) {
  const std::string mac = mac_of(instance, name, nic);
  const Boot boot = boot_of(instance);
  Json addresses = Json::array();
  if (boot.address && *boot.address <= context.now) {
    for (const auto& text : addresses_of_nic(context, instance, inner, mac, nic)) {
      addresses.push_back(address(text.find(':') == std::string::npos ? "inet" : "inet6", text, "global"));
    }
  }
  // The kernel makes this one, long before anything is configured.
  if (reachable_inside(instance, context.now)) addresses.push_back(address("inet6", link_local(mac), "link"));
  return interface(addresses, mac, instance["config"].value("volatile." + name + ".host_name", ""), 1500, "broadcast");
}

Json render_network(const Context& context, const Json& instance) {
  Json network = Json::object();
  const bool inside = reachable_inside(instance, context.now);
  if (inside) network["lo"] = loopback();
  int number = 0;
  const Json devices = expanded_devices(context, instance);
  for (const auto& [name, device] : devices.items()) {
    if (device.value("type", "") != "nic") continue;
    const std::string inner = inside ? inner_name(instance, name, device, number) : name;
    network[inner] = render_nic(context, instance, name, device, inner_name(instance, name, device, number));
    ++number;
  }
  return network;
}

}  // namespace

std::string cloud_text(const Context& context, const Json& instance, const char* what) {
  const Json config = expanded_config(context, instance);
  const std::string text = config.value(std::string("cloud-init.") + what, "");
  return text.empty() ? config.value(std::string("user.") + what, "") : text;
}

Boot boot_of(const Json& instance) {
  Boot boot;
  const Json& sim = instance["sim"];
  if (!is_running(instance)) return boot;
  if (sim.contains("address_at") && !sim["address_at"].is_null()) boot.address = sim["address_at"].get<Micros>();
  const bool has = sim.value("cloud_init", false) && sim.contains("cloud_init_at") && !sim["cloud_init_at"].is_null();
  if (has) boot.cloud_init = sim["cloud_init_at"].get<Micros>();
  boot.cloud_init_error = sim.value("cloud_init_error", false);
  return boot;
}

bool reachable_inside(const Json& instance, Micros now) {
  if (!is_virtual_machine(instance)) return true;
  const Boot boot = boot_of(instance);
  return boot.address && *boot.address <= now;
}

bool ssh_ready(const Json& instance, Micros now) {
  const Boot boot = boot_of(instance);
  return instance["sim"]["power"] == "running" && !instance["sim"].value("ssh_never", false) && boot.address &&
         *boot.address <= now && boot.cloud_init && *boot.cloud_init <= now;
}

std::vector<std::string> wanted_addresses(const Context& context, const Json& instance) {
  std::vector<std::string> all;
  int number = 0;
  const Json devices = expanded_devices(context, instance);
  for (const auto& [name, device] : devices.items()) {
    if (device.value("type", "") != "nic") continue;
    const std::string inner = inner_name(instance, name, device, number++);
    for (auto& text : addresses_of_nic(context, instance, inner, mac_of(instance, name, device), device)) {
      all.push_back(std::move(text));
    }
  }
  return all;
}

Json render_state(const Context& context, const Json& instance) {
  const bool running = is_running(instance);
  const bool inside = running && reachable_inside(instance, context.now);
  const std::string power = instance["sim"]["power"];
  Json state = {{"disk", Json::object()},
                {"memory", {{"usage", 0}, {"usage_peak", 0}, {"swap_usage", 0}, {"swap_usage_peak", 0}}},
                {"network", nullptr},
                {"pid", 0},
                {"processes", 0},
                {"cpu", {{"usage", 0}}}};
  state["status"] = power == "running" ? "Running" : power == "frozen" ? "Frozen" : "Stopped";
  state["status_code"] = power == "running" ? 103 : power == "frozen" ? 110 : 102;
  if (!running) return state;
  state["network"] = render_network(context, instance);
  state["pid"] = instance["sim"]["pid"];
  state["processes"] = inside ? 12 : -1;
  state["memory"]["usage"] = state["memory"]["usage_peak"] = 64 << 20;
  state["cpu"]["usage"] = (context.now - instance["sim"]["started_at"].get<Micros>()) * 100;
  return state;
}

std::string console_text(const Json& instance, Micros now) {
  std::string text;
  const Json& sim = instance["sim"];
  if (!sim.contains("started_at")) return text;
  text += "systemd 252.39-1~deb12u2 running in system mode\r\r\nDetected virtualization lxc.\r\r\n";
  text += "Detected architecture x86-64.\r\r\n\r\nWelcome to the simulated machine " +
          instance["name"].get<std::string>() + "!\r\n\r\r\n";
  const Boot boot = boot_of(instance);
  if (boot.address && *boot.address <= now) text += "[  OK  ] Reached target network-online.target - Network is Online.\r\r\n";
  if (!boot.cloud_init || *boot.cloud_init > now) return text;
  if (boot.cloud_init_error) {
    text += "cloud-init[311]: Failed to run module scripts_user (scripts in /var/lib/cloud/instance/scripts)\r\r\n"
            "[FAILED] Failed to start cloud-final.service - Cloud-init: Final Stage.\r\r\n";
  } else {
    text += "[  OK  ] Finished cloud-final.service - Cloud-init: Final Stage.\r\r\n";
  }
  return text + "\r\r\n" + instance["name"].get<std::string>() + " login: ";
}

Json cloud_init_status(const Json& instance, Micros now) {
  const Boot boot = boot_of(instance);
  const bool done = boot.cloud_init && *boot.cloud_init <= now;
  const bool failed = done && boot.cloud_init_error;
  Json errors = Json::array();
  if (failed) errors.push_back("('scripts_user', RuntimeError('Runparts: 1 failures (runcmd) in 1 attempted commands'))");
  return {{"status", failed ? "error" : done ? "done" : "running"},
          {"detail", "DataSourceLXD"},
          {"datasource", "lxd"},
          {"boot_status_code", "enabled-by-generator"},
          {"errors", errors},
          {"_schema_version", "1"}};
}

}  // namespace dfx::sandbox::lxd
