#include "sandbox/lxd/effects.hpp"

#include "sandbox/lxd/events.hpp"
#include "sandbox/lxd/images.hpp"

namespace dfx::sandbox::lxd {
namespace {

void tell(Store::Session& session, const StoredOperation& operation, const std::string& instance, const char* action) {
  send_lifecycle_event(session, operation.origin, action, "/1.0/instances/" + instance, operation.due);
}

// When something comes this long after the start; never stays never.
Json moment(const Json& seconds, Micros start) {
  if (seconds.is_null()) return nullptr;
  return start + from_seconds(seconds.get<double>());
}

void drop_host_names(Json& config) {
  for (auto item = config.begin(); item != config.end();) {
    const std::string& key = item.key();
    const bool host_name = key.size() > 10 && key.compare(key.size() - 10, 10, ".host_name") == 0;
    item = host_name ? config.erase(item) : std::next(item);
  }
}

void power_on(Json& instance, const Json& effect, Micros at) {
  Json& sim = instance["sim"];
  const Json& guest = effect["guest"];
  sim["power"] = "running";
  sim["started_at"] = at;
  sim["address_at"] = moment(guest["address"], at);
  sim["cloud_init_at"] = moment(guest["cloud_init"], at);
  sim["cloud_init_error"] = guest["cloud_init_error"];
  sim["ssh_never"] = guest["ssh_never"];
  sim["shutdown_never"] = guest["shutdown_never"];
  sim["pid"] = 20000 + at / k_second % 10000;
  instance["last_used_at"] = at;
  Json& config = instance["config"];
  config.erase("volatile.apply_template");
  config["volatile.last_state.power"] = "RUNNING";
  if (instance["type"] == "container") {
    config["volatile.idmap.current"] = config.value("volatile.idmap.next", "[]");
  }
  for (const auto& name : effect["nics"]) config["volatile." + name.get<std::string>() + ".host_name"] = effect["veth"];
}

// Is a machine switched off before cloud-init has ended, it has to run again from the start.
void power_off(Json& instance, Micros at) {
  Json& sim = instance["sim"];
  const Json done = sim.value("cloud_init_at", Json());
  if (!done.is_null() && done.get<Micros>() <= at && sim.value("cloud_init", false)) sim["configured"] = true;
  sim["power"] = "stopped";
  instance["config"]["volatile.last_state.power"] = "STOPPED";
  drop_host_names(instance["config"]);
}

// The lifecycle event, or nothing if the effect has none of its own.
const char* change(Json& instance, const Json& effect, Micros at) {
  const std::string what = effect["do"];
  if (what == "start") power_on(instance, effect, at);
  if (what == "stop") power_off(instance, at);
  if (what == "restart") {
    power_off(instance, at);
    power_on(instance, effect, at);
  }
  if (what == "freeze") instance["sim"]["power"] = "frozen";
  if (what == "unfreeze") instance["sim"]["power"] = "running";
  if (what == "start") return "instance-started";
  if (what == "stop") return effect.value("forced", false) ? "instance-stopped" : "instance-shutdown";
  if (what == "restart") return "instance-restarted";
  if (what == "freeze") return "instance-paused";
  return what == "unfreeze" ? "instance-resumed" : nullptr;
}

void change_instance(Store::Session& session, const StoredOperation& operation, bool failed) {
  const Json& effect = operation.body["effect"];
  const std::string name = effect["instance"];
  auto instance = session.get(operation.origin, "instance", name);
  if (!instance) return;
  const std::string what = effect["do"];
  (*instance)["sim"]["busy"] = nullptr;
  const bool ends = (what == "create" && failed) || (what == "delete" && !failed) ||
                    (what == "stop" && !failed && (*instance)["ephemeral"].get<bool>());
  if (ends) {
    session.erase(operation.origin, "instance", name);
    tell(session, operation, name, "instance-deleted");
    return;
  }
  const char* event = failed ? nullptr : change(*instance, effect, operation.due);
  session.put(operation.origin, "instance", name, *instance);
  if (event != nullptr) tell(session, operation, name, event);
}

}  // namespace

void apply_effect(Store::Session& session, const StoredOperation& operation, bool failed) {
  const Json& effect = operation.body["effect"];
  if (effect.contains("image") && !failed) store_image(session, operation.origin, effect["image"], operation.due);
  if (effect.contains("instance")) change_instance(session, operation, failed);
}

}  // namespace dfx::sandbox::lxd
