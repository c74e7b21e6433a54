// PUT and PATCH of an instance.
#include <set>

#include "sandbox/lxd/config_keys.hpp"
#include "core/util/hex.hpp"
#include "sandbox/lxd/devices.hpp"
#include "sandbox/lxd/events.hpp"
#include "sandbox/lxd/go_json.hpp"
#include "sandbox/lxd/instances.hpp"
#include "sandbox/lxd/operations.hpp"
#include "sandbox/lxd/update.hpp"
#include "sandbox/lxd/validate.hpp"

namespace dfx::sandbox::lxd {
namespace {

const std::vector<GoField>& put_fields() {
  static const std::vector<GoField> fields = {
      {"architecture", GoType::text}, {"config", GoType::text_map},  {"devices", GoType::text_map_map},
      {"ephemeral", GoType::boolean}, {"profiles", GoType::texts},   {"restore", GoType::text},
      {"stateful", GoType::boolean},  {"description", GoType::text}};
  return fields;
}

std::string lost_idmap_problem(const Json& before, const Json& after) {
  for (const char* key : {"volatile.idmap.base", "volatile.idmap.current", "volatile.idmap.next",
                          "volatile.last_state.idmap"}) {
    if (before.contains(key) && after.value(key, "").empty()) {
      return "Volatile idmap keys can't be deleted by the user";
    }
  }
  return {};
}

std::string expanded_problem(const Context& context, const Json& before, const Json& after, InstanceKind kind) {
  const Json config = expanded_config(context, after);
  const Json devices = expanded_devices(context, after);
  if (std::string problem = lost_idmap_problem(expanded_config(context, before), config); !problem.empty()) {
    return problem;
  }
  std::string problem = config_problem(config, InstanceKind::any, true);
  if (!problem.empty()) return "Invalid expanded config: " + problem;
  problem = devices_problem(context, kind, after["devices"], devices);
  if (!problem.empty()) return "Invalid expanded devices: " + problem;
  const Json old_root = root_disk(expanded_devices(context, before), problem);
  const Json new_root = root_disk(devices, problem);
  if (problem.empty() && old_root["pool"] != new_root["pool"]) {
    return "Cannot update root disk device pool name to " + quoted(new_root["pool"]);
  }
  const Json old_devices = expanded_devices(context, before);
  problem = change_problem(context, after["name"], kind, old_devices, devices);
  return problem.empty() && is_running(before) ? plug_problem(context, old_devices, devices) : problem;
}

std::string update_problem(const Context& context, const Json& before, const Json& after) {
  const std::string busy = busy_with(before, context.now);
  if (!busy.empty()) {
    return "Failed to create instance update operation: Instance is busy running a " + quoted(busy) + " operation";
  }
  const InstanceKind kind = instance_kind(before["type"]);
  std::string problem = config_problem(after["config"], kind, false);
  if (!problem.empty()) return "Invalid config: " + problem;
  problem = devices_problem(context, kind, after["devices"], nullptr);
  if (!problem.empty()) return "Invalid devices: " + problem;
  problem = repeated_profile(after["profiles"]);
  return problem.empty() ? expanded_problem(context, before, after, kind) : problem;
}

// cloud-init takes changed data for a new instance at its next boot.
bool cloud_init_changed(const Json& before, const Json& after) {
  for (const char* key : {"cloud-init.user-data", "cloud-init.vendor-data", "cloud-init.network-config",
                          "user.user-data", "user.vendor-data", "user.network-config"}) {
    if (before.value(key, "") != after.value(key, "")) return true;
  }
  return false;
}

void apply_update(const Context& context, const Json& before, Json after) {
  drop_empty(after["config"]);
  name_nics(after["config"], expanded_devices(context, after));
  if (cloud_init_changed(before["config"], after["config"])) after["config"]["volatile.cloud-init.instance-id"] = uuid();
  if (!is_virtual_machine(after) && after["config"].contains("volatile.idmap.next")) {
    after["config"]["volatile.idmap.next"] = idmap_of(expanded_config(context, after));
  }
  context.put("instance", after["name"], after);
  send_lifecycle_event(context.store, context.origin(), "instance-updated",
                       "/1.0/instances/" + after["name"].get<std::string>(), context.now);
}

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

// Some errors keep their own status on the way up.
int status_of(const std::string& problem) {
  if (ends_with(problem, "already defined on another NIC")) return 409;
  return ends_with(problem, "not found") ? 404 : 500;
}

void check_profiles(const Context& context, const Json& profiles) {
  for (const auto& name : profiles) {
    if (!context.get("profile", name)) throw Refusal{404, "Profile not found"};
  }
}

}  // namespace

std::string repeated_profile(const Json& profiles) {
  std::set<std::string> seen;
  for (const auto& name : profiles) {
    if (!seen.insert(name).second) return "Duplicate profile found in request";
  }
  return {};
}

void drop_empty(Json& config) {
  for (auto item = config.begin(); item != config.end();) {
    item = item->get<std::string>().empty() ? config.erase(item) : std::next(item);
  }
}

void name_nics(Json& config, const Json& devices) {
  std::set<std::string> taken;
  for (const auto& [name, device] : devices.items()) {
    taken.insert(device.value("name", ""));
    taken.insert(config.value("volatile." + name + ".name", ""));
  }
  const auto next_name = [&] {
    int number = 0;
    while (!taken.insert("eth" + std::to_string(number)).second) ++number;
    return "eth" + std::to_string(number);
  };
  for (const auto& [name, device] : devices.items()) {
    if (device.value("type", "") != "nic") continue;
    const std::string prefix = "volatile." + name;
    if (device.value("hwaddr", "").empty() && config.value(prefix + ".hwaddr", "").empty()) {
      const std::string hex = random_hex(3);
      config[prefix + ".hwaddr"] = "00:16:3e:" + hex.substr(0, 2) + ":" + hex.substr(2, 2) + ":" + hex.substr(4, 2);
    }
    if (!device.value("name", "").empty()) config.erase(prefix + ".name");
    else if (config.value(prefix + ".name", "").empty()) config[prefix + ".name"] = next_name();
  }
}

std::string idmap_of(const Json& config) {
  if (is_true(config.value("security.privileged", ""))) return "[]";
  return R"([{"Isuid":true,"Isgid":false,"Hostid":100000,"Nsid":0,"Maprange":10000001},)"
         R"({"Isuid":false,"Isgid":true,"Hostid":100000,"Nsid":0,"Maprange":10000001}])";
}

std::string disk_full_on_unpack(const std::string& instance) {
  return "Failed creating instance from image: Unpack failed: Failed to run: tar --zstd -xf - -C "
         "/var/lib/lxd/storage-pools/default/containers/" + instance +
         ": exit status 2 (tar: rootfs/usr/lib: Cannot write: No space left on device)";
}

Reply instance_put(Context& context) {
  const Json before = load_instance(context, context.arguments[0]);
  check_etag(context.request, etag_basis(context, before));
  const Json wanted = decode(context.request.body, "InstancePut", put_fields());
  NewOperation operation;
  operation.description = "Updating instance";
  operation.resources = instance_resources(before);
  if (const std::string snapshot = wanted.value("restore", ""); !snapshot.empty()) {
    operation.description = "Restoring snapshot";
    operation.error = "Snapshot " + context.arguments[0] + "/" + snapshot + " does not exist";
    return start_operation(context, operation);
  }
  Json after = before;
  after["config"] = wanted.value("config", Json::object());
  after["devices"] = wanted.value("devices", Json::object());
  after["profiles"] = wanted.value("profiles", Json::array());
  after["description"] = wanted.value("description", "");
  after["ephemeral"] = wanted.value("ephemeral", false);
  check_profiles(context, after["profiles"]);
  operation.seconds = context.faults.latency().update;
  operation.error = update_problem(context, before, after);
  if (operation.error.empty() && !context.fault.operation_error) apply_update(context, before, after);
  return start_operation(context, operation);
}

Reply instance_patch(Context& context) {
  const Json before = load_instance(context, context.arguments[0]);
  check_etag(context.request, etag_basis(context, before));
  const Json wanted = decode(context.request.body, "InstancePut", put_fields());
  if (!wanted.value("restore", "").empty()) throw Refusal{400, "Can't call PATCH in restore mode"};
  Json after = before;
  after["description"] = wanted.value("description", "");  // the daemon really clears it when it is not sent
  for (const char* part : {"config", "devices"}) {
    if (wanted.contains(part)) after[part].update(wanted[part]);
  }
  for (const char* part : {"profiles", "ephemeral"}) {
    if (wanted.contains(part)) after[part] = wanted[part];
  }
  check_profiles(context, after["profiles"]);
  if (const std::string problem = update_problem(context, before, after); !problem.empty()) {
    throw Refusal{status_of(problem), problem};
  }
  apply_update(context, before, after);
  return sync_empty();
}

}  // namespace dfx::sandbox::lxd
