#include "sandbox/lxd/config_keys.hpp"

#include <array>
#include <map>

#include "sandbox/lxd/cloud_config.hpp"
#include "sandbox/lxd/validate.hpp"

namespace dfx::sandbox::lxd {
namespace {

using Keys = std::map<std::string, Check>;

std::string anything(const std::string&) { return {}; }

const Check k_any = anything;
const Check k_bool = optional(check_bool);
const Check k_integer = optional(check_integer);
const Check k_uint32 = optional(check_uint32);
const Check k_priority = optional(check_priority);
const Check k_size = optional(check_size);

const Keys& common_keys() {
  static const Keys keys = {
      {"boot.autostart", k_bool},
      {"boot.autostart.delay", k_integer},
      {"boot.autostart.priority", k_integer},
      {"boot.stop.priority", k_integer},
      {"boot.host_shutdown_timeout", k_integer},
      {"cloud-init.network-config", optional(yaml_problem)},
      {"cloud-init.user-data", optional(user_data_problem)},
      {"cloud-init.vendor-data", optional(user_data_problem)},
      {"cluster.evacuate", optional(one_of({"auto", "migrate", "live-migrate", "stop"}))},
      {"limits.cpu", optional(check_cpu_set)},
      {"limits.disk.priority", k_priority},
      {"limits.memory", optional(check_memory)},
      {"limits.network.priority", k_priority},
      {"raw.apparmor", k_any},
      {"raw.idmap", k_any},
      {"security.devlxd", k_bool},
      {"security.protection.delete", k_bool},
      {"snapshots.schedule", optional(check_schedule)},
      {"snapshots.schedule.stopped", k_bool},
      {"snapshots.pattern", k_any},
      {"snapshots.expiry", optional(check_expiry)},
      {"volatile.apply_template", k_any},
      {"volatile.base_image", k_any},
      {"volatile.cloud-init.instance-id", optional(check_uuid)},
      {"volatile.evacuate.origin", k_any},
      {"volatile.last_state.idmap", k_any},
      {"volatile.last_state.power", k_any},
      {"volatile.idmap.base", k_any},
      {"volatile.idmap.current", k_any},
      {"volatile.idmap.next", k_any},
      {"volatile.apply_quota", k_any},
      {"volatile.uuid", optional(check_uuid)},
      {"volatile.vsock_id", k_integer},
  };
  return keys;
}

const Keys& container_keys() {
  static const Keys keys = {
      {"limits.cpu.allowance", optional(check_allowance)},
      {"limits.cpu.priority", k_priority},
      {"limits.hugepages.64KB", k_size},
      {"limits.hugepages.1MB", k_size},
      {"limits.hugepages.2MB", k_size},
      {"limits.hugepages.1GB", k_size},
      {"limits.memory.enforce", optional(one_of({"soft", "hard"}))},
      {"limits.memory.swap", k_bool},
      {"limits.memory.swap.priority", k_priority},
      {"limits.processes", k_integer},
      {"linux.kernel_modules", k_any},
      {"migration.incremental.memory", k_bool},
      {"migration.incremental.memory.iterations", k_uint32},
      {"migration.incremental.memory.goal", k_uint32},
      {"nvidia.runtime", k_bool},
      {"nvidia.driver.capabilities", k_any},
      {"nvidia.require.cuda", k_any},
      {"nvidia.require.driver", k_any},
      {"raw.lxc", k_any},
      {"raw.seccomp", k_any},
      {"security.devlxd.images", k_bool},
      {"security.idmap.base", k_uint32},
      {"security.idmap.isolated", k_bool},
      {"security.idmap.size", k_uint32},
      {"security.nesting", k_bool},
      {"security.privileged", k_bool},
      {"security.protection.shift", k_bool},
      {"security.syscalls.allow", k_any},
      {"security.syscalls.deny_default", k_bool},
      {"security.syscalls.deny_compat", k_bool},
      {"security.syscalls.deny", k_any},
      {"security.syscalls.intercept.bpf", k_bool},
      {"security.syscalls.intercept.bpf.devices", k_bool},
      {"security.syscalls.intercept.mknod", k_bool},
      {"security.syscalls.intercept.mount", k_bool},
      {"security.syscalls.intercept.mount.allowed", k_any},
      {"security.syscalls.intercept.mount.fuse", k_any},
      {"security.syscalls.intercept.mount.shift", k_bool},
      {"security.syscalls.intercept.sched_setscheduler", k_bool},
      {"security.syscalls.intercept.setxattr", k_bool},
  };
  return keys;
}

const Keys& machine_keys() {
  static const Keys keys = {
      {"limits.memory.hugepages", k_bool}, {"migration.stateful", k_bool},  {"raw.qemu", k_any},
      {"raw.qemu.conf", k_any},            {"security.agent.metrics", k_bool}, {"security.secureboot", k_bool},
      {"agent.nic_config", k_bool},        {"volatile.apply_nvram", k_bool},
  };
  return keys;
}

const Keys& volume_keys() {
  static const Keys keys = {
      {"size", k_size},
      {"security.shifted", k_bool},
      {"volatile.idmap.last", k_any},
      {"volatile.idmap.next", k_any},
      {"security.unmapped", k_bool},
      {"snapshots.expiry", k_any},
      {"snapshots.schedule", k_any},
      {"snapshots.pattern", k_any},
  };
  return keys;
}

const Keys& network_keys() {
  static const Check address4 = optional([](const std::string& value) {
    return value == "none" || value == "auto" ? std::string() : check_ipv4_subnet_address(value);
  });
  static const Check address6 = optional([](const std::string& value) {
    return value == "none" || value == "auto" ? std::string() : check_ipv6_subnet_address(value);
  });
  static const Keys keys = {
      {"bridge.driver", optional(one_of({"native", "openvswitch"}))},
      {"bridge.external_interfaces", k_any},
      {"bridge.hwaddr", optional(check_mac)},
      {"bridge.mtu", optional(check_mtu)},
      {"bridge.mode", optional(one_of({"standard", "fan"}))},
      {"ipv4.address", address4},
      {"ipv4.firewall", k_bool},
      {"ipv4.nat", k_bool},
      {"ipv4.nat.order", optional(one_of({"before", "after"}))},
      {"ipv4.nat.address", optional(check_ipv4)},
      {"ipv4.dhcp", k_bool},
      {"ipv4.dhcp.gateway", optional(check_ipv4)},
      {"ipv4.dhcp.expiry", k_any},
      {"ipv4.dhcp.ranges", optional(list_of(check_ipv4_range))},
      {"ipv4.routes", optional(list_of(check_ipv4_subnet))},
      {"ipv4.routing", k_bool},
      {"ipv6.address", address6},
      {"ipv6.firewall", k_bool},
      {"ipv6.nat", k_bool},
      {"ipv6.dhcp", k_bool},
      {"ipv6.dhcp.expiry", k_any},
      {"ipv6.dhcp.stateful", k_bool},
      {"ipv6.dhcp.ranges", k_any},
      {"ipv6.routes", k_any},
      {"ipv6.routing", k_bool},
      {"dns.domain", k_any},
      {"dns.mode", optional(one_of({"dynamic", "managed", "none"}))},
      {"dns.search", k_any},
      {"raw.dnsmasq", k_any},
  };
  return keys;
}

bool starts(const std::string& text, std::string_view prefix) { return text.compare(0, prefix.size(), prefix) == 0; }

bool free_key(const std::string& key, InstanceKind kind) {
  static constexpr std::array prefixes = {"environment.", "user.", "image."};
  static constexpr std::array suffixes = {".hwaddr", ".name", ".host_name", ".mtu", ".created", ".id", ".vlan",
                                          ".spoofcheck", ".last_state.vf.parent", ".apply_quota", ".ceph_rbd",
                                          ".driver", ".uuid"};
  for (const char* prefix : prefixes) {
    if (starts(key, prefix)) return true;
  }
  for (const std::string_view suffix : suffixes) {
    if (starts(key, "volatile.") && key.size() > suffix.size() &&
        key.compare(key.size() - suffix.size(), suffix.size(), suffix) == 0) {
      return true;
    }
  }
  if (kind != InstanceKind::virtual_machine && starts(key, "linux.sysctl.")) return true;
  return starts(key, "limits.kernel.") && key.size() > sizeof "limits.kernel." - 1;
}

const Check* check_of(const std::string& key, InstanceKind kind) {
  if (const auto found = common_keys().find(key); found != common_keys().end()) return &found->second;
  if (kind != InstanceKind::virtual_machine) {
    if (const auto found = container_keys().find(key); found != container_keys().end()) return &found->second;
  }
  if (kind != InstanceKind::container) {
    if (const auto found = machine_keys().find(key); found != machine_keys().end()) return &found->second;
  }
  return free_key(key, kind) ? &k_any : nullptr;
}

// liblxc's own configuration: "key = value" lines; the log and the network belong to LXD.
std::string raw_lxc_problem(const std::string& text) {
  std::size_t start = 0;
  while (start < text.size()) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    const std::string line = text.substr(start, end - start);
    start = end + 1;
    const std::size_t first = line.find_first_not_of(" \t");
    if (first == std::string::npos || line[first] == '#') continue;
    const std::size_t equals = line.find('=');
    if (equals == std::string::npos) return "Invalid raw.lxc line: " + line;
    std::string key = line.substr(first, equals - first);
    key.erase(key.find_last_not_of(" \t") + 1);
    if (key == "lxc.logfile" || key == "lxc.log.file") return "Setting lxc.logfile is not allowed";
    if (key == "lxc.ephemeral") return "Setting lxc.ephemeral is not allowed";
    if (starts(key, "lxc.net.")) return "Only interface-specific ipv4/ipv6 lxc.net. keys are allowed";
  }
  return {};
}

std::string key_problem(const std::string& key, const std::string& value, InstanceKind kind) {
  const Check* check = check_of(key, kind);
  if (check == nullptr) return "Unknown configuration key: " + key;
  if (std::string problem = (*check)(value); !problem.empty()) return problem;
  return key == "raw.lxc" ? raw_lxc_problem(value) : std::string();
}

}  // namespace

InstanceKind instance_kind(const std::string& type) {
  if (type == "container") return InstanceKind::container;
  return type == "virtual-machine" ? InstanceKind::virtual_machine : InstanceKind::any;
}

std::string config_problem(const Json& config, InstanceKind kind, bool expanded) {
  const bool profile = kind == InstanceKind::any && !expanded;
  for (const auto& [key, value] : config.items()) {
    if (profile && starts(key, "volatile.")) return "Volatile keys can only be set on instances";
    if (profile && starts(key, "image.")) return "Image keys can only be set on instances";
    if (std::string problem = key_problem(key, value.get<std::string>(), kind); !problem.empty()) return problem;
  }
  if (is_true(config.value("security.privileged", "")) && is_true(config.value("nvidia.runtime", ""))) {
    return "nvidia.runtime is incompatible with privileged containers";
  }
  return {};
}

std::string volume_config_problem(const Json& config, const std::string& name) {
  for (const auto& [key, value] : config.items()) {
    if (starts(key, "user.")) continue;
    const auto found = volume_keys().find(key);
    const std::string where = " for volume " + quoted(name) + " option " + quoted(key);
    if (found == volume_keys().end()) return "Invalid option" + where;
    if (std::string problem = found->second(value); !problem.empty()) return "Invalid value" + where + ": " + problem;
  }
  return {};
}

std::string pool_config_problem(const Json& config) {
  for (const auto& [key, value] : config.items()) {
    const bool known = starts(key, "user.") || key == "source" || key == "rsync.bwlimit" ||
                       key == "rsync.compression" || starts(key, "volume.");
    if (!known) return "Invalid option " + quoted(key);
  }
  return {};
}

std::string network_config_problem(const Json& config, const std::string& name) {
  for (const auto& [key, value] : config.items()) {
    if (starts(key, "user.")) continue;
    const auto found = network_keys().find(key);
    const std::string where = " for network " + quoted(name) + " option " + quoted(key);
    if (found == network_keys().end()) return "Invalid option" + where;
    if (std::string problem = found->second(value); !problem.empty()) return "Invalid value" + where + ": " + problem;
  }
  return {};
}

}  // namespace dfx::sandbox::lxd
