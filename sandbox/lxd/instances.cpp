#include "sandbox/lxd/instances.hpp"

#include "sandbox/lxd/filter.hpp"
#include "sandbox/lxd/go_json.hpp"
#include "sandbox/lxd/guest.hpp"
#include "sandbox/lxd/operations.hpp"
#include "sandbox/lxd/validate.hpp"

namespace dfx::sandbox::lxd {
namespace {

struct Power {
  const char* word;
  int code;
};

Power power_of(const Json& instance) {
  const std::string power = instance["sim"]["power"];
  if (power == "running") return {"Running", 103};
  if (power == "frozen") return {"Frozen", 110};
  return {"Stopped", 102};
}

bool wanted_type(const Context& context, const Json& instance) {
  const std::string type = context.request.parameter("instance-type");
  if (type.empty()) return true;
  if (type != "container" && type != "virtual-machine") throw Refusal{500, "Invalid instance type"};
  return instance["type"] == type;
}

bool other_project(const Context& context) {
  const std::string project = context.request.parameter("project");
  return !project.empty() && project != "default";
}

Json render_full(const Context& context, const Json& instance) {
  Json shown = render_instance(context, instance);
  shown["backups"] = nullptr;
  shown["snapshots"] = nullptr;
  shown["state"] = render_state(context, instance);
  return shown;
}

Json merge(const Context& context, const Json& instance, const char* part) {
  Json merged = Json::object();
  for (const auto& name : instance["profiles"]) {
    if (const auto profile = context.get("profile", name)) merged.update((*profile)[part]);
  }
  merged.update(instance[part]);
  return merged;
}

}  // namespace

Json load_instance(const Context& context, const std::string& name) {
  auto instance = other_project(context) ? std::nullopt : context.get("instance", name);
  if (!instance) throw Refusal{404, "Instance not found"};
  return *instance;
}

Json expanded_config(const Context& context, const Json& instance) { return merge(context, instance, "config"); }
Json expanded_devices(const Context& context, const Json& instance) { return merge(context, instance, "devices"); }

bool is_running(const Json& instance) { return instance["sim"]["power"] != "stopped"; }
bool is_virtual_machine(const Json& instance) { return instance["type"] == "virtual-machine"; }

std::string busy_with(const Json& instance, Micros now) {
  const Json& busy = instance["sim"]["busy"];
  if (busy.is_null() || busy["until"].get<Micros>() <= now) return {};
  return busy["action"];
}

void set_busy(Json& instance, const char* action, Micros until) {
  instance["sim"]["busy"] = {{"action", action}, {"until", until}};
}

Json render_instance(const Context& context, const Json& instance) {
  const Power power = power_of(instance);
  Json shown = instance;
  shown.erase("sim");
  shown["created_at"] = timestamp(instance["created_at"]);
  shown["last_used_at"] = timestamp(instance["last_used_at"]);
  shown["expanded_config"] = expanded_config(context, instance);
  shown["expanded_devices"] = expanded_devices(context, instance);
  shown["status"] = power.word;
  shown["status_code"] = power.code;
  shown["location"] = "none";
  shown["project"] = "default";
  return shown;
}

Json etag_basis(const Context& context, const Json& instance) {
  Json profiles = Json::array();
  for (const auto& name : instance["profiles"]) profiles.push_back(context.get("profile", name).value_or(nullptr));
  return {instance["architecture"], instance["config"], instance["devices"], instance["ephemeral"], profiles};
}

Json instance_resources(const Json& instance) {
  const std::string name = instance["name"];
  Json resources = {{"instances", {"/1.0/instances/" + name}}};
  if (!is_virtual_machine(instance)) resources["containers"] = {"/1.0/containers/" + name};
  return resources;
}

Reply instances_get(Context& context) {
  const std::string recursion = context.request.parameter("recursion");
  const bool urls = recursion != "1" && recursion != "2";
  const std::string filter = context.request.parameter("filter");
  const auto clauses = parse_filter(filter);
  Json list = Json::array();
  for (const auto& [name, instance] : context.list("instance")) {
    if (!wanted_type(context, instance) || other_project(context)) continue;
    const Json shown = recursion == "2" ? render_full(context, instance) : render_instance(context, instance);
    if (!matches(shown, clauses)) continue;
    list.push_back(urls ? Json("/1.0/instances/" + name) : shown);
  }
  if (list.empty()) wanted_type(context, Json{{"type", ""}});
  return sync(list);
}

Reply instance_get(Context& context) {
  const Json instance = load_instance(context, context.arguments[0]);
  const std::string recursion = context.request.parameter("recursion");
  const bool full = recursion == "1" || recursion == "2";
  return sync_etag(full ? render_full(context, instance) : render_instance(context, instance),
                   etag_basis(context, instance));
}

Reply instance_none_get(Context& context) {
  load_instance(context, context.arguments[0]);
  return sync(Json::array());
}

Reply instance_delete(Context& context) {
  Json instance = load_instance(context, context.arguments[0]);
  if (is_running(instance)) throw Refusal{400, "Instance is running"};
  NewOperation operation;
  operation.description = "Deleting instance";
  operation.resources = instance_resources(instance);
  const std::string busy = busy_with(instance, context.now);
  if (!busy.empty()) {
    operation.error = "Failed to create instance delete operation: Instance is busy running a " + quoted(busy) +
                      " operation";
  } else if (is_true(expanded_config(context, instance).value("security.protection.delete", ""))) {
    operation.error = is_virtual_machine(instance) ? "Instance is protected" : "Container is protected";
  } else {
    operation.seconds = context.faults.latency().remove;
    operation.effect = {{"do", "delete"}, {"instance", instance["name"]}};
    set_busy(instance, "delete", context.now + from_seconds(real_seconds(context, operation.seconds)));
    context.put("instance", instance["name"], instance);
  }
  return start_operation(context, operation);
}

Reply instance_post(Context& context) {
  static const std::vector<GoField> fields = {{"name", GoType::text}, {"migration", GoType::boolean}};
  Json instance = load_instance(context, context.arguments[0]);
  const Json wanted = decode(context.request.body, "InstancePost", fields);
  const std::string given = wanted.value("name", "");
  const std::string name = given.empty() ? context.arguments[0] : given;
  if (wanted.value("migration", false)) throw Refusal{501, "The simulator does not migrate instances"};
  if (const std::string problem = check_hostname(name); !problem.empty()) {
    throw Refusal{400, "Invalid instance name: " + problem};
  }
  if (context.get("instance", name)) throw Refusal{409, "Name " + quoted(name) + " already in use"};
  NewOperation operation;
  operation.description = "Renaming instance";
  operation.resources = instance_resources(instance);
  if (is_running(instance)) {
    operation.error = is_virtual_machine(instance) ? "Renaming of running instance not allowed"
                                                   : "Renaming of running container not allowed";
  } else {
    context.erase("instance", instance["name"]);
    instance["name"] = name;
    instance["config"]["volatile.cloud-init.instance-id"] = uuid();
    context.put("instance", name, instance);
  }
  return start_operation(context, operation);
}

}  // namespace dfx::sandbox::lxd
