#include "sandbox/lxd/devices.hpp"

#include <array>
#include <map>
#include <set>

#include "sandbox/lxd/nics.hpp"
#include "sandbox/lxd/validate.hpp"

namespace dfx::sandbox::lxd {
namespace {

const std::set<std::string> k_types = {"none", "nic", "disk", "unix-char", "unix-block", "usb", "gpu",
                                       "infiniband", "proxy", "unix-hotplug", "tpm", "pci"};

// Folders that the simulated host has.
const std::set<std::string> k_host_paths = {"/", "/boot", "/dev", "/etc", "/home", "/lib/modules", "/mnt", "/opt",
                                            "/srv", "/tmp", "/usr", "/var", "/var/lib"};

std::string anything(const std::string&) { return {}; }

std::string text(const Json& device, const char* key) { return device.value(key, std::string()); }

std::string options_problem(const Json& device, const std::map<std::string, Check>& rules) {
  for (const auto& [key, value] : device.items()) {
    const auto rule = rules.find(key);
    if (rule == rules.end()) {
      if (key != "type" && key.compare(0, 5, "user.") != 0) return "Invalid device option " + quoted(key);
    } else if (std::string problem = rule->second(value); !problem.empty()) {
      return "Invalid value for device option " + quoted(key) + ": " + problem;
    }
  }
  return {};
}

std::string disk_problem(const Json& disk) {
  static const std::map<std::string, Check> rules = {
      {"required", optional(check_bool)}, {"optional", optional(check_bool)}, {"readonly", optional(check_bool)},
      {"recursive", optional(check_bool)}, {"shift", optional(check_bool)}, {"source", anything},
      {"limits.read", anything}, {"limits.write", anything}, {"limits.max", anything},
      {"size", optional(check_size)}, {"size.state", optional(check_size)}, {"pool", anything},
      {"propagation", anything}, {"raw.mount.options", anything}, {"ceph.cluster_name", anything},
      {"ceph.user_name", anything}, {"boot.priority", optional(check_uint32)}, {"path", anything}};
  if (std::string problem = options_problem(disk, rules); !problem.empty()) return problem;
  const bool root = text(disk, "path") == "/";
  const std::string source = text(disk, "source");
  const std::string pool = text(disk, "pool");
  if (source.empty() && !root) return "Disk entry is missing the required \"source\" or \"path\" property";
  if (root && !source.empty()) return "Root disk entry may not have a \"source\" property set";
  if (root && pool.empty()) return "Root disk entry must have a \"pool\" property set";
  if (!root && !text(disk, "size").empty()) return "Only the root disk may have a size quota";
  if (root) return {};
  if (pool.empty() && source.front() != '/') return "Source path must be absolute for local sources";
  if (!pool.empty() && source.front() == '/') return "Storage volumes cannot be specified as absolute paths";
  return {};
}

std::string unix_problem(const Json& device, InstanceKind kind, const std::string& name) {
  if (kind == InstanceKind::virtual_machine) {
    return "Failed loading device " + quoted(name) + ": Unsupported device type";
  }
  static const std::map<std::string, Check> rules = {
      {"source", anything}, {"path", anything}, {"major", optional(check_uint32)}, {"minor", optional(check_uint32)},
      {"uid", optional(check_uint32)}, {"gid", optional(check_uint32)}, {"mode", anything},
      {"required", optional(check_bool)}};
  if (std::string problem = options_problem(device, rules); !problem.empty()) return problem;
  const bool placed = !text(device, "source").empty() || !text(device, "path").empty();
  return placed ? "" : "Unix device entry is missing the required \"source\" or \"path\" property";
}

std::string device_problem(const Context& context, InstanceKind kind, const std::string& name, const Json& device) {
  if (std::string problem = check_device_name(name); !problem.empty()) return problem;
  const std::string type = text(device, "type");
  if (type.empty()) return "Failed loading device " + quoted(name) + ": Missing device type in config";
  if (type == "none") return options_problem(device, {});
  if (type == "disk") return disk_problem(device);
  if (type == "nic") return nic_problem(context, name, device);
  if (type == "unix-char" || type == "unix-block") return unix_problem(device, kind, name);
  if (k_types.count(type) != 0) return "The simulator has no devices of type " + quoted(type);
  return "Failed loading device " + quoted(name) + ": Unsupported device type";
}

std::string all_problem(const Context& context, InstanceKind kind, const Json& devices) {
  for (const auto& [name, device] : devices.items()) {
    const std::string problem = device_problem(context, kind, name, device);
    if (!problem.empty()) return "Device validation failed for " + quoted(name) + ": " + problem;
  }
  return {};
}

std::string shared_path_problem(const Json& devices) {
  std::set<std::string> paths;
  for (const auto& [name, device] : devices.items()) {
    const std::string path = text(device, "path");
    if (text(device, "type") != "disk" || path.empty() || paths.insert(path).second) continue;
    return "Device validation failed for " + quoted(name) + ": More than one disk device uses the same path " +
           quoted(path);
  }
  return {};
}

std::string volume_problem(const Context& context, InstanceKind kind, const Json& disk) {
  const std::string pool = text(disk, "pool");
  if (!context.get("pool", pool)) return "Failed to get storage pool " + quoted(pool) + ": Storage pool not found";
  const auto volume = context.get("volume", pool + "/" + text(disk, "source"));
  if (!volume) return "Failed loading custom volume: Storage volume not found";
  const bool has_path = !text(disk, "path").empty();
  if ((*volume)["content_type"] != "block") {
    return has_path ? "" : "Custom filesystem volumes require a path to be defined";
  }
  if (kind == InstanceKind::container) return "Custom block volumes cannot be used on containers";
  return has_path ? "Custom block volumes cannot have a path defined" : "";
}

std::string attached_disk_problem(const Context& context, InstanceKind kind, const std::string& name,
                                  const Json& disk) {
  const std::string source = text(disk, "source");
  if (source.empty()) return {};
  if (!text(disk, "pool").empty()) return volume_problem(context, kind, disk);
  const bool required = text(disk, "required") != "false" && !is_true(text(disk, "optional"));
  if (!required || k_host_paths.count(source) != 0) return {};
  return "Missing source path " + quoted(source) + " for disk " + quoted(name);
}

std::string parent_problem(const Context& context, const std::string& name, const Json& nic) {
  const std::string parent = text(nic, "network").empty() ? text(nic, "parent") : text(nic, "network");
  if (host_has_interface(context, parent)) return {};
  return "Failed to start device " + quoted(name) + ": Parent device " + quoted(parent) + " doesn't exist";
}

}  // namespace

std::string unknown_type_problem(const Json& devices) {
  for (const auto& [name, device] : devices.items()) {
    const std::string type = text(device, "type");
    if (k_types.count(type) == 0) return "Invalid device type " + type;
  }
  return {};
}

std::string devices_problem(const Context& context, InstanceKind kind, const Json& local, const Json& expanded) {
  std::string problem = all_problem(context, kind, local);
  if (problem.empty()) problem = shared_path_problem(local);
  if (!problem.empty() || expanded.empty()) return problem;
  root_disk(expanded, problem);
  if (!problem.empty()) return "Failed detecting root disk device: " + problem;
  return all_problem(context, kind, expanded);
}

Json root_disk(const Json& expanded, std::string& problem) {
  Json root;
  for (const auto& [name, device] : expanded.items()) {
    if (text(device, "type") != "disk" || text(device, "path") != "/" || !text(device, "source").empty()) continue;
    if (!root.is_null()) problem = "More than one root device found";
    root = device;
  }
  if (root.is_null()) problem = "No root device could be found";
  return root;
}

std::string attach_problem(const Context& context, InstanceKind kind, const Json& expanded) {
  for (const auto& [name, device] : expanded.items()) {
    if (text(device, "type") != "disk") continue;
    const std::string problem = attached_disk_problem(context, kind, name, device);
    if (!problem.empty()) return "Failed add validation for device " + quoted(name) + ": " + problem;
  }
  return {};
}

std::string change_problem(const Context& context, const std::string& instance, InstanceKind kind, const Json& before,
                           const Json& after) {
  for (const auto& [name, device] : after.items()) {
    const auto old = before.find(name);
    if (old != before.end() && *old == device) continue;
    const std::string type = text(device, "type");
    std::string problem;
    if (type == "disk") problem = attached_disk_problem(context, kind, name, device);
    if (type == "nic") problem = nic_conflict(context, instance, name, device);
    const bool in_place = type == "nic" && old != before.end() && nic_changes_in_place(*old, device);
    const char* step = in_place ? "Failed update validation" : "Failed add validation";
    if (!problem.empty()) return step + (" for device " + quoted(name)) + ": " + problem;
  }
  return {};
}

std::string start_problem(const Context& context, const std::string& instance, const Json& expanded) {
  for (const auto& [name, device] : expanded.items()) {
    if (text(device, "type") != "nic") continue;
    const std::string conflict = nic_conflict(context, instance, name, device);
    if (!conflict.empty()) return "Failed start validation for device " + quoted(name) + ": " + conflict;
    const std::string missing = parent_problem(context, name, device);
    if (!missing.empty()) return missing;
  }
  return {};
}

std::string plug_problem(const Context& context, const Json& before, const Json& after) {
  for (const auto& [name, device] : after.items()) {
    const auto old = before.find(name);
    if (text(device, "type") != "nic" || (old != before.end() && *old == device)) continue;
    const std::string missing = parent_problem(context, name, device);
    if (!missing.empty()) return missing;
  }
  return {};
}

Json managed_network_of(const Context& context, const Json& nic) {
  const std::string named = text(nic, "network");
  const std::string name = named.empty() ? text(nic, "parent") : named;
  auto network = context.get("network", name);
  if (!network) return nullptr;
  (*network)["name"] = name;
  return *network;
}

const std::vector<std::pair<std::string, std::string>>& unmanaged_interfaces() {
  static const std::vector<std::pair<std::string, std::string>> interfaces = {
      {"lo", "loopback"}, {"enp1s0", "physical"}, {"br0", "bridge"}, {"lan0", "bridge"}};
  return interfaces;
}

bool host_has_interface(const Context& context, const std::string& name) {
  for (const auto& [known, type] : unmanaged_interfaces()) {
    if (known == name) return true;
  }
  return context.get("network", name).has_value();
}

}  // namespace dfx::sandbox::lxd
