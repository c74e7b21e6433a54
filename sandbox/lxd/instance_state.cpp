// Starting, stopping and their kin.
#include "sandbox/lxd/devices.hpp"
#include "core/util/hex.hpp"
#include "sandbox/lxd/go_json.hpp"
#include "sandbox/lxd/guest.hpp"
#include "sandbox/lxd/instances.hpp"
#include "sandbox/lxd/operations.hpp"
#include "sandbox/lxd/cloud_config.hpp"
#include "sandbox/lxd/validate.hpp"

namespace dfx::sandbox::lxd {
namespace {

constexpr double k_never_stops = 365.0 * 86400;

struct Wanted {
  std::string action;
  long timeout = -1;
  bool force = false;
  bool at_once() const { return force || timeout == 0; }
};

Json seconds_or_never(const std::optional<double>& bent, double normal) {
  const double seconds = bent.value_or(normal);
  return seconds < 0 ? Json(nullptr) : Json(seconds);
}

// How this boot will go: decided when it is asked for, by the latencies and the rules of that moment.
Json plan_guest(const Context& context, const Json& instance) {
  const GuestFault fault = context.faults.for_guest(context.origin(), instance["name"], context.store);
  const Latency& latency = context.faults.latency();
  const Json config = expanded_config(context, instance);
  const bool usable = user_data_usable(config.value("cloud-init.user-data", config.value("user.user-data", "")));
  return {{"address", seconds_or_never(fault.address, latency.address)},
          {"cloud_init", seconds_or_never(fault.cloud_init, latency.cloud_init)},
          {"cloud_init_error", fault.cloud_init_error || !usable},
          {"ssh_never", fault.ssh_never},
          {"shutdown_never", fault.shutdown_never}};
}

Json nic_names(const Json& devices) {
  Json names = Json::array();
  for (const auto& [name, device] : devices.items()) {
    if (device.value("type", "") == "nic") names.push_back(name);
  }
  return names;
}

void boot_effect(const Context& context, const Json& instance, NewOperation& operation) {
  operation.effect["guest"] = plan_guest(context, instance);
  operation.effect["nics"] = nic_names(expanded_devices(context, instance));
  operation.effect["veth"] = "veth" + random_hex(4);
}

std::string busy_problem(const std::string& busy) {
  return "Instance is busy running a " + quoted(busy) + " operation";
}

// A container that was made without an image has nothing to run; a virtual machine starts, to no end.
std::string empty_disk_problem(const Context& context, const Json& instance) {
  if (is_virtual_machine(instance) || instance["sim"].contains("image")) return {};
  const std::string root = "/var/lib/lxd/storage-pools/default/containers/" + instance["name"].get<std::string>() + "/rootfs";
  const bool privileged = is_true(expanded_config(context, instance).value("security.privileged", ""));
  if (privileged) return "Unable to resolve container rootfs: lstat " + root + ": no such file or directory";
  return "Failed to handle idmapped storage: No such file or directory: " + quoted(root);
}

// Volumes remember whose ids their files have.
void map_volumes(const Context& context, const Json& instance) {
  const std::string map = instance["config"].value("volatile.idmap.next", "[]");
  for (const auto& disk : expanded_devices(context, instance)) {
    if (disk.value("type", "") != "disk" || disk.value("source", "").empty()) continue;
    const std::string key = disk.value("pool", "") + "/" + disk.value("source", "");
    auto volume = context.get("volume", key);
    if (!volume || (*volume)["content_type"] != "filesystem") continue;
    (*volume)["config"]["volatile.idmap.last"] = map;
    (*volume)["config"]["volatile.idmap.next"] = map;
    context.put("volume", key, *volume);
  }
}

void start(const Context& context, const Json& instance, NewOperation& operation) {
  operation.description = "Starting instance";
  operation.seconds = context.faults.latency().start;
  const std::string busy = busy_with(instance, context.now);
  if (is_running(instance)) operation.error = "The instance is already running";
  else if (!busy.empty()) operation.error = "Failed to create instance start operation: " + busy_problem(busy);
  else operation.error = start_problem(context, instance["name"], expanded_devices(context, instance));
  if (operation.error.empty()) operation.error = empty_disk_problem(context, instance);
  if (operation.error.empty() && !is_virtual_machine(instance)) map_volumes(context, instance);
  boot_effect(context, instance, operation);
}

// A clean shutdown needs a guest that obeys; the daemon gives up after the timeout and leaves it running.
void shut_down(const Context& context, const Json& instance, const Wanted& wanted, NewOperation& operation) {
  const bool obeys = wanted.at_once() || !instance["sim"].value("shutdown_never", false);
  operation.seconds = obeys ? context.faults.latency().stop : k_never_stops;
  operation.effect["forced"] = wanted.at_once();
  const double patience = static_cast<double>(wanted.timeout);
  if (wanted.at_once() || wanted.timeout < 0 || operation.seconds <= patience) return;
  operation.seconds = patience;
  operation.error = "Failed shutting down instance, status is \"Running\": context deadline exceeded";
}

void stop(const Context& context, const Json& instance, const Wanted& wanted, NewOperation& operation) {
  operation.description = wanted.action == "stop" ? "Stopping instance" : "Restarting instance";
  const std::string busy = busy_with(instance, context.now);
  if (!is_running(instance)) operation.error = "The instance is already stopped";
  else if (!busy.empty()) operation.error = busy_problem(busy);
  else shut_down(context, instance, wanted, operation);
}

void freeze(const Json& instance, NewOperation& operation) {
  operation.description = "Freezing instance";
  if (!is_running(instance)) operation.error = "The container isn't running";
  else if (instance["sim"]["power"] == "frozen") operation.error = "The container is already frozen";
}

void unfreeze(const Json& instance, NewOperation& operation) {
  operation.description = "Unfreezing instance";
  if (!is_running(instance)) operation.error = "The container isn't running";
  else if (instance["sim"]["power"] == "running") operation.error = "The container is already running";
}

void prepare(const Context& context, const Json& instance, const Wanted& wanted, NewOperation& operation) {
  if (wanted.action == "start") start(context, instance, operation);
  else if (wanted.action == "freeze") freeze(instance, operation);
  else if (wanted.action == "unfreeze") unfreeze(instance, operation);
  else stop(context, instance, wanted, operation);
  if (wanted.action == "restart" && operation.error.empty()) {
    operation.seconds += context.faults.latency().start;
    boot_effect(context, instance, operation);
  }
}

}  // namespace

Reply instance_state_get(Context& context) {
  return sync(render_state(context, load_instance(context, context.arguments[0])));
}

Reply instance_state_put(Context& context) {
  static const std::vector<GoField> fields = {{"action", GoType::text},   {"timeout", GoType::integer},
                                              {"force", GoType::boolean}, {"stateful", GoType::boolean}};
  const Json body = decode(context.request.body, "InstanceStatePut", fields);
  Json instance = load_instance(context, context.arguments[0]);
  const Wanted wanted{body.value("action", ""), body.value("timeout", -1L), body.value("force", false)};
  const std::string known = " start stop restart freeze unfreeze ";
  if (wanted.action.empty() || known.find(" " + wanted.action + " ") == std::string::npos) {
    throw Refusal{400, "Unknown action: '" + wanted.action + "'"};
  }
  NewOperation operation;
  operation.resources = {{"instances", {"/1.0/instances/" + context.arguments[0]}}};
  operation.effect = {{"do", wanted.action}, {"instance", context.arguments[0]}};
  prepare(context, instance, wanted, operation);
  const bool reserves = operation.error.empty() || operation.seconds > 0.5;
  if (!operation.error.empty() && operation.seconds < 0.5) operation.seconds = 0.005;
  if (!operation.error.empty() && !reserves) operation.effect = Json::object();
  if (operation.error.empty()) {
    set_busy(instance, wanted.action.c_str(), context.now + from_seconds(real_seconds(context, operation.seconds)));
    context.put("instance", context.arguments[0], instance);
  }
  return start_operation(context, operation);
}

}  // namespace dfx::sandbox::lxd
