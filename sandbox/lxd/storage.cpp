#include "sandbox/lxd/config_keys.hpp"
#include "sandbox/lxd/go_json.hpp"
#include "sandbox/lxd/handlers.hpp"
#include "sandbox/lxd/instances.hpp"
#include "sandbox/lxd/update.hpp"
#include "sandbox/lxd/validate.hpp"

namespace dfx::sandbox::lxd {
namespace {

constexpr std::int64_t k_disk_bytes = std::int64_t{500} << 30;

const std::vector<GoField>& pool_fields() {
  static const std::vector<GoField> list = {{"name", GoType::text},
                                            {"driver", GoType::text},
                                            {"description", GoType::text},
                                            {"config", GoType::text_map}};
  return list;
}

const std::vector<GoField>& volume_fields() {
  static const std::vector<GoField> list = {{"name", GoType::text},
                                            {"type", GoType::text},
                                            {"content_type", GoType::text},
                                            {"description", GoType::text},
                                            {"config", GoType::text_map},
                                            {"restore", GoType::text}};
  return list;
}

Json load_pool(const Context& context) {
  auto pool = context.get("pool", context.arguments[0]);
  if (!pool) throw Refusal{404, "Storage pool not found"};
  return *pool;
}

Json users_of_pool(const Context& context, const std::string& pool) {
  Json users = used_by(context, [&](const Json& device) {
    return device.value("type", "") == "disk" && device.value("pool", "") == pool;
  });
  for (const auto& [key, volume] : context.list("volume")) {
    if (key.compare(0, pool.size() + 1, pool + "/") == 0) {
      users.push_back("/1.0/storage-pools/" + pool + "/volumes/custom/" + key.substr(pool.size() + 1));
    }
  }
  return users.empty() ? Json() : users;  // Go's empty list
}

Json render_pool(const Context& context, const std::string& name, const Json& pool) {
  return {{"name", name},           {"driver", pool["driver"]}, {"description", pool["description"]},
          {"config", pool["config"]}, {"status", "Created"},    {"locations", {"none"}},
          {"used_by", users_of_pool(context, name)}};
}

std::string volume_key(const Context& context, const std::string& volume) {
  return context.arguments[0] + "/" + volume;
}

void check_volume_type(const std::string& type) {
  for (const char* known : {"custom", "container", "virtual-machine", "image"}) {
    if (type == known) return;
  }
  throw Refusal{400, "Invalid storage volume type name"};
}

Json load_volume(const Context& context) {
  load_pool(context);
  check_volume_type(context.arguments[1]);
  if (context.arguments[1] != "custom") throw Refusal{404, "Storage pool volume not found"};
  auto volume = context.get("volume", volume_key(context, context.arguments[2]));
  if (!volume) throw Refusal{404, "Storage pool volume not found"};
  return *volume;
}

Json users_of_volume(const Context& context, const std::string& pool, const std::string& volume) {
  return used_by(context, [&](const Json& device) {
    return device.value("type", "") == "disk" && device.value("pool", "") == pool &&
           device.value("source", "") == volume;
  });
}

Json render_volume(const Context& context, const std::string& pool, const std::string& name, const Json& volume) {
  return {{"name", name},
          {"type", "custom"},
          {"content_type", volume["content_type"]},
          {"description", volume["description"]},
          {"config", volume["config"]},
          {"location", "none"},
          {"project", "default"},
          {"created_at", "0001-01-01T00:00:00Z"},
          {"used_by", users_of_volume(context, pool, name)}};
}

Json etag_basis(const std::string& name, const Json& volume) { return {name, "custom", volume["config"]}; }

// The body that a change leaves, checked.
void save_volume(const Context& context, Json volume) {
  const std::string& name = context.arguments[2];
  const std::string problem = volume_config_problem(volume["config"], "default_" + name);
  if (!problem.empty()) throw Refusal{500, problem};
  drop_empty(volume["config"]);
  context.put("volume", volume_key(context, name), volume);
}

Json change_volume(const Context& context) {
  const Json volume = load_volume(context);
  check_etag(context.request, etag_basis(context.arguments[2], volume));
  return volume;
}

void check_volume(const Context& context, const Json& body) {
  const std::string name = body.value("name", "");
  if (name.empty()) throw Refusal{400, "No name provided"};
  if (name.find('/') != std::string::npos) throw Refusal{400, "Storage volume names may not contain slashes"};
  const std::string content = body.value("content_type", "");
  if (!content.empty() && content != "filesystem" && content != "block") {
    throw Refusal{400, "Invalid volume content type name"};
  }
  load_pool(context);
  if (context.get("volume", volume_key(context, name))) throw Refusal{409, "Volume by that name already exists"};
  const std::string problem = volume_config_problem(body.value("config", Json::object()), "default_" + name);
  if (!problem.empty()) throw Refusal{500, problem};
  if (context.faults.disk_full(context.origin())) {
    throw Refusal{500, "Failed to create mount directory \"/var/lib/lxd/storage-pools/" + context.arguments[0] +
                           "/custom/default_" + name + "\": mkdir /var/lib/lxd/storage-pools/" +
                           context.arguments[0] + "/custom/default_" + name + ": no space left on device"};
  }
}

}  // namespace

Reply pools_get(Context& context) {
  const bool whole = context.request.parameter("recursion") == "1";
  Json list = Json::array();
  for (const auto& [name, pool] : context.list("pool")) {
    list.push_back(whole ? render_pool(context, name, pool) : Json("/1.0/storage-pools/" + name));
  }
  return sync(list);
}

Reply pools_post(Context& context) {
  const Json body = decode(context.request.body, "StoragePoolsPost", pool_fields());
  const std::string name = body.value("name", "");
  const std::string driver = body.value("driver", "");
  if (name.empty()) throw Refusal{400, "No name provided"};
  if (name.find('/') != std::string::npos) throw Refusal{400, "Storage pool names may not contain slashes"};
  if (driver.empty()) throw Refusal{400, "No driver provided"};
  if (context.get("pool", name)) throw Refusal{409, "The storage pool already exists: The record already exists"};
  if (driver != "dir") throw Refusal{500, "Unknown driver"};
  Json config = body.value("config", Json::object());
  if (const std::string problem = pool_config_problem(config); !problem.empty()) throw Refusal{500, problem};
  if (!config.contains("source")) config["source"] = "/var/lib/lxd/storage-pools/" + name;
  context.put("pool", name, {{"driver", driver}, {"description", body.value("description", "")}, {"config", config}});
  return created("/1.0/storage-pools/" + name);
}

Reply pool_get(Context& context) {
  const Json pool = load_pool(context);
  return sync(render_pool(context, context.arguments[0], pool));
}

Reply pool_delete(Context& context) {
  load_pool(context);
  if (!users_of_pool(context, context.arguments[0]).empty()) throw Refusal{400, "The storage pool is currently in use"};
  context.erase("pool", context.arguments[0]);
  return sync_empty();
}

Reply pool_resources_get(Context& context) {
  load_pool(context);
  const bool full = context.faults.disk_full(context.origin());
  const std::int64_t each = std::int64_t{700} << 20;
  const std::int64_t used = full ? k_disk_bytes : each * static_cast<std::int64_t>(context.list("instance").size() + 8);
  return sync({{"space", {{"used", used}, {"total", k_disk_bytes}}},
               {"inodes", {{"used", 439910}, {"total", 32768000}}}});
}

Reply volumes_get(Context& context) {
  load_pool(context);
  const std::string& pool = context.arguments[0];
  const bool typed = context.arguments.size() > 1;
  if (typed) check_volume_type(context.arguments[1]);
  if (typed && context.arguments[1] != "custom") return sync(Json::array());
  const bool whole = context.request.parameter("recursion") == "1";
  Json list = Json::array();
  for (const auto& [key, volume] : context.list("volume")) {
    if (key.compare(0, pool.size() + 1, pool + "/") != 0) continue;
    const std::string name = key.substr(pool.size() + 1);
    list.push_back(whole ? render_volume(context, pool, name, volume)
                         : Json("/1.0/storage-pools/" + pool + "/volumes/custom/" + name));
  }
  return sync(list);
}

Reply volumes_post(Context& context) {
  const Json body = decode(context.request.body, "StorageVolumesPost", volume_fields());
  const std::string type = context.arguments.size() > 1 ? context.arguments[1] : body.value("type", "");
  if (type.empty()) throw Refusal{400, "You must provide a storage volume type of the storage volume"};
  if (type != "custom") {
    throw Refusal{400, "Currently not allowed to create storage volumes of type " + quoted(type)};
  }
  check_volume(context, body);
  const std::string content = body.value("content_type", "");
  context.put("volume", volume_key(context, body["name"]),
              {{"content_type", content.empty() ? "filesystem" : content},
               {"description", body.value("description", "")},
               {"config", body.value("config", Json::object())}});
  return sync_empty();
}

Reply volume_get(Context& context) {
  const Json volume = load_volume(context);
  return sync_etag(render_volume(context, context.arguments[0], context.arguments[2], volume),
                   etag_basis(context.arguments[2], volume));
}

Reply volume_put(Context& context) {
  Json volume = change_volume(context);
  const Json body = decode(context.request.body, "StorageVolumePut", volume_fields());
  volume["config"] = body.value("config", Json::object());
  volume["description"] = body.value("description", "");
  save_volume(context, volume);
  return sync_empty();
}

Reply volume_patch(Context& context) {
  Json volume = change_volume(context);
  const Json body = decode(context.request.body, "StorageVolumePut", volume_fields());
  if (body.contains("config")) volume["config"].update(body["config"]);
  volume["description"] = body.value("description", "");  // the daemon really clears it when it is not sent
  save_volume(context, volume);
  return sync_empty();
}

Reply volume_delete(Context& context) {
  load_volume(context);
  if (!users_of_volume(context, context.arguments[0], context.arguments[2]).empty()) {
    throw Refusal{400, "The storage volume is still in use"};
  }
  context.erase("volume", volume_key(context, context.arguments[2]));
  return sync_empty();
}

}  // namespace dfx::sandbox::lxd
