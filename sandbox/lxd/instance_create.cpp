// POST /1.0/instances: what is refused at once, what fails in the operation, what gets made.
#include "sandbox/lxd/cloud_config.hpp"
#include "core/util/hex.hpp"
#include "sandbox/lxd/devices.hpp"
#include "sandbox/lxd/events.hpp"
#include "sandbox/lxd/go_json.hpp"
#include "sandbox/lxd/images.hpp"
#include "sandbox/lxd/instances.hpp"
#include "sandbox/lxd/operations.hpp"
#include "sandbox/lxd/update.hpp"
#include "sandbox/lxd/validate.hpp"

namespace dfx::sandbox::lxd {
namespace {

const std::vector<GoField>& source_fields() {
  static const std::vector<GoField> fields = {
      {"type", GoType::text},       {"alias", GoType::text},       {"fingerprint", GoType::text},
      {"properties", GoType::text_map}, {"server", GoType::text},  {"protocol", GoType::text},
      {"mode", GoType::text},       {"secret", GoType::text},      {"certificate", GoType::text},
      {"source", GoType::text},     {"project", GoType::text}};
  return fields;
}

const std::vector<GoField>& create_fields() {
  static const std::vector<GoField> fields = {
      {"name", GoType::text},           {"type", GoType::text},          {"architecture", GoType::text},
      {"config", GoType::text_map},     {"devices", GoType::text_map_map}, {"profiles", GoType::texts},
      {"description", GoType::text},    {"ephemeral", GoType::boolean},  {"stateful", GoType::boolean},
      {"instance_type", GoType::text},
      {"source", GoType::structure, "api.InstanceSource", &source_fields()}};
  return fields;
}

// The image that a source means: known now, to be fetched first, or nothing.
struct Source {
  Json image;              // a stored image, or null
  RemoteImage remote;      // to be downloaded when the source names a server
  bool from_server = false;
};

Source resolve_image(const Context& context, const Json& source, const std::string& type) {
  Source result;
  const std::string server = source.value("server", "");
  const std::string alias = source.value("alias", "");
  const std::string fingerprint = source.value("fingerprint", "");
  if (!server.empty()) {
    if (alias.empty() && fingerprint.empty()) {
      throw Refusal{500, "Property match is only supported for local images"};
    }
    result.from_server = true;
    result.remote = find_remote(server, source.value("protocol", "lxd"), fingerprint.empty() ? alias : fingerprint, type);
    return result;
  }
  if (!fingerprint.empty()) result.image = image_by_prefix(context, fingerprint);
  else if (!alias.empty()) result.image = image_by_alias(context, alias);
  else if (source.contains("properties")) result.image = image_by_properties(context, source["properties"]);
  else throw Refusal{500, "Must specify one of alias, fingerprint or properties for init from image"};
  return result;
}

Json profiles_of(const Context& context, const Json& wanted, const Json& image) {
  Json profiles = {"default"};
  if (image.is_object()) profiles = image["profiles"];
  if (wanted.contains("profiles")) profiles = wanted["profiles"];
  for (const auto& name : profiles) {
    if (context.get("profile", name)) continue;
    throw Refusal{500, "Requested profile " + quoted(name.get<std::string>()) + " doesn't exist"};
  }
  return profiles;
}

Json new_record(const Context& context, const Json& wanted, const Json& profiles, const std::string& type) {
  return {{"name", wanted["name"]},
          {"type", type},
          {"architecture", "x86_64"},
          {"config", wanted.value("config", Json::object())},
          {"devices", wanted.value("devices", Json::object())},
          {"profiles", profiles},
          {"description", wanted.value("description", "")},
          {"ephemeral", wanted.value("ephemeral", false)},
          {"stateful", false},
          {"created_at", context.now},
          {"last_used_at", 0},
          {"sim", {{"power", "stopped"}, {"busy", nullptr}, {"files", Json::object()}, {"logs", Json::object()}}}};
}

// What the daemon notices while it makes the record; all of it fails the operation.
std::string record_problem(const Context& context, const Json& instance) {
  const InstanceKind kind = instance_kind(instance["type"]);
  if (std::string problem = config_problem(instance["config"], kind, false); !problem.empty()) return problem;
  if (std::string problem = repeated_profile(instance["profiles"]); !problem.empty()) return problem;
  if (std::string problem = unknown_type_problem(instance["devices"]); !problem.empty()) return problem;
  if (const auto other = context.get("instance", instance["name"])) {
    const std::string busy = busy_with(*other, context.now);
    if (busy.empty()) return "Add instance info to the database: This \"instances\" entry already exists";
    return "Instance is busy running a " + quoted(busy) + " operation";
  }
  const Json devices = expanded_devices(context, instance);
  std::string problem = config_problem(expanded_config(context, instance), InstanceKind::any, true);
  if (!problem.empty()) return "Failed initialising instance: Invalid config: " + problem;
  problem = devices_problem(context, kind, instance["devices"], devices);
  if (!problem.empty()) return "Failed initialising instance: Invalid devices: " + problem;
  const Json root = root_disk(devices, problem);
  if (!problem.empty()) return "Failed initialising instance: Failed getting root disk: " + problem;
  if (!context.get("pool", root.value("pool", ""))) {
    return "Failed initialising instance: Failed loading storage pool: Storage pool not found";
  }
  problem = attach_problem(context, kind, devices);
  return problem.empty() ? "" : "Failed initialising instance: " + problem;
}

void fill_volatile(Json& instance, const Json& expanded, const Json& devices) {
  Json& config = instance["config"];
  for (auto item = config.begin(); item != config.end();) {
    item = item->get<std::string>().empty() ? config.erase(item) : std::next(item);
  }
  config["volatile.uuid"] = uuid();
  config["volatile.cloud-init.instance-id"] = uuid();
  name_nics(config, devices);
  if (is_virtual_machine(instance)) return;
  config["volatile.apply_template"] = "create";
  config["volatile.idmap.base"] = "0";
  config["volatile.idmap.next"] = idmap_of(expanded);
  config["volatile.last_state.idmap"] = "[]";
}

std::string image_problem(const Json& image, const std::string& type) {
  if (image.is_null()) return "Image not provided for instance creation";
  if (image["type"] == type) return {};
  return "Requested image's type " + quoted(image["type"]) + " doesn't match instance type " + quoted(type);
}

void take_image(Json& instance, const Json& image) {
  for (const auto& [key, value] : image["properties"].items()) instance["config"]["image." + key] = value;
  instance["config"]["volatile.base_image"] = image["fingerprint"];
  instance["sim"]["image"] = image["fingerprint"];
  instance["sim"]["cloud_init"] = image["sim"]["cloud_init"];
}

// The record is there from the first moment, busy until the image is unpacked.
void make_instance(Context& context, Json& instance, NewOperation& operation) {
  fill_volatile(instance, expanded_config(context, instance), expanded_devices(context, instance));
  set_busy(instance, "create", context.now + from_seconds(real_seconds(context, operation.seconds)));
  context.put("instance", instance["name"], instance);
  operation.effect["do"] = "create";
  operation.effect["instance"] = instance["name"];
  send_lifecycle_event(context.store, context.origin(), "instance-created",
                       "/1.0/instances/" + instance["name"].get<std::string>(), context.now);
}

// Shown once the image has been unpacked.
Json unpacked() {
  return {{"create_instance_from_image_unpack_progress", "Unpack: 100% (90.00MB/s)"},
          {"progress", {{"percent", "100"}, {"speed", "90000000"}, {"stage", "create_instance_from_image_unpack"}}}};
}

Reply create(Context& context, Json instance, const Source& source, bool empty) {
  NewOperation operation;
  operation.description = "Creating instance";
  operation.resources = instance_resources(instance);
  Json image = source.image;
  if (source.from_server) {
    operation.error = source.remote.problem;
    image = source.remote.image;
  }
  if (!empty && operation.error.empty()) operation.error = image_problem(image, instance["type"]);
  if (operation.error.empty() && !empty) take_image(instance, image);
  if (operation.error.empty()) {
    const std::string problem = record_problem(context, instance);
    if (!problem.empty()) operation.error = "Failed creating instance record: " + problem;
  }
  if (!operation.error.empty()) return start_operation(context, operation);

  operation.seconds = empty ? 0.01 : context.faults.latency().create;
  if (source.from_server && !context.get("image", image["fingerprint"])) {
    operation.seconds += context.faults.latency().image;
    operation.effect["image"] = cached_copy(image, context.now);
  }
  if (!empty) operation.final_metadata = unpacked();
  if (!empty && context.faults.disk_full(context.origin())) operation.error = disk_full_on_unpack(instance["name"]);
  make_instance(context, instance, operation);
  return start_operation(context, operation);
}

std::string random_name() { return "sim-" + random_hex(4); }

}  // namespace

Reply instances_post(Context& context) {
  Json wanted = decode(context.request.body, "InstancesPost", create_fields());
  const std::string project = context.request.parameter("project");
  if (!project.empty() && project != "default") throw Refusal{404, "Failed loading project: Project not found"};
  if (!context.request.parameter("target").empty()) throw Refusal{400, "Target only allowed when clustered"};
  if (wanted.contains("instance_type")) throw Refusal{400, "The simulator does not know instance types"};
  const std::string type = wanted.value("type", "").empty() ? "container" : wanted["type"].get<std::string>();
  const Json request = wanted.value("source", Json::object());
  const std::string from = request.value("type", "");
  Source source;
  if (from == "image") source = resolve_image(context, request, type);
  const Json profiles = profiles_of(context, wanted, source.from_server ? source.remote.image : source.image);
  if (wanted.value("name", "").empty()) wanted["name"] = random_name();
  if (const std::string problem = check_hostname(wanted["name"]); !problem.empty()) {
    throw Refusal{400, "Invalid instance name: " + problem};
  }
  if (from == "migration" || from == "copy") throw Refusal{501, "The simulator does not copy instances"};
  if (from != "image" && from != "none") throw Refusal{400, "Unknown source type " + from};
  if (instance_kind(type) == InstanceKind::any) throw Refusal{400, "Invalid instance type"};
  return create(context, new_record(context, wanted, profiles, type), source, from == "none");
}

}  // namespace dfx::sandbox::lxd
