#include "plugins/lxd/instance_payload.hpp"

#include <algorithm>
#include <charconv>

#include "plugins/lxd/batch.hpp"
#include "plugins/lxd/marker.hpp"
#include "plugins/lxd/merge.hpp"
#include "plugins/lxd/sizes.hpp"

namespace dfx::lxd {
namespace {

constexpr const char* k_label = "user.dfx.label.";
constexpr const char* k_image = "user.dfx.image";
constexpr const char* k_ip = "user.dfx.ip";
constexpr const char* k_user = "user.dfx.user";

// Members of `desired` that are one config key each.
struct Plain {
  const char* member;
  const char* key;
};
constexpr Plain k_texts[] = {
    {"memory", "limits.memory"}, {"image", k_image}, {"address", k_ip}, {"user", k_user}};
constexpr Plain k_switches[] = {{"protect", "security.protection.delete"}, {"autostart", "boot.autostart"}};

bool has(const Json& object, const char* key) {
  return object.is_object() && object.contains(key) && !object.at(key).is_null();
}

void set_plain(Json& config, const Json& desired, const Json& before, const Plain& plain, const Json& value) {
  if (has(desired, plain.member))
    config[plain.key] = value;
  else if (has(before, plain.member))
    config.erase(plain.key);
}

Json labels_of(const Json& desired) {
  Json keys = Json::object();
  for (const auto& [name, value] : object_at(desired, "labels").items()) keys[k_label + name] = value;
  return keys;
}

void fill_config(Json& config, const Json& desired, const Json& before) {
  merge_texts(config, object_at(before, "config"), object_at(desired, "config"));
  merge_texts(config, labels_of(before), labels_of(desired));
  set_plain(config, desired, before, {"cpu", "limits.cpu"},
            has(desired, "cpu") ? desired.at("cpu").dump() : "");
  for (const Plain& p : k_texts)
    set_plain(config, desired, before, p, has(desired, p.member) ? desired.at(p.member) : Json());
  for (const Plain& p : k_switches)
    set_plain(config, desired, before, p,
              has(desired, p.member) && desired.at(p.member).get<bool>() ? "true" : "false");
}

// The root disk as this machine's own device: a copy of its profile's, with what is wanted.
void fill_root(Json& devices, const Json& desired, const Json& before, const Json& inherited) {
  Json root = root_device(devices);
  const bool own = !root.empty();
  if (!own) root = inherited;
  if (root.empty()) root = {{"root", {{"type", "disk"}, {"path", "/"}}}};
  const std::string name = root.begin().key();
  const Json disk = object_at(desired, "disk");
  if (disk.empty()) {
    if (own && has(object_at(before, "disk"), "size")) devices[name].erase("size");
    return;
  }
  if (has(disk, "pool")) root[name]["pool"] = disk.at("pool");
  if (has(disk, "size")) root[name]["size"] = disk.at("size");
  devices[name] = root[name];
}

Json profiles_of(const Json& desired) { return desired.value("profiles", Json::array({"default"})); }

Json source_of(const Json& source) {
  if (has(source, "fingerprint")) return {{"type", "image"}, {"fingerprint", source.at("fingerprint")}};
  return {{"type", "image"},
          {"mode", "pull"},
          {"protocol", source.value("protocol", "simplestreams")},
          {"server", source.at("server")},
          {"alias", source.at("alias")}};
}

void fill_boot(Json& config, const Json& desired, bool cloud_init_keys) {
  const Json boot = object_at(desired, "boot");
  if (has(boot, "user_data"))
    config[cloud_init_keys ? "cloud-init.user-data" : "user.user-data"] = boot.at("user_data");
  if (has(boot, "network_config"))
    config[cloud_init_keys ? "cloud-init.network-config" : "user.network-config"] = boot.at("network_config");
}

Json number_or_text(const std::string& text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? Json(number)
         : text.empty()                                           ? Json()
                                                                  : Json(text);
}

Json text_or_null(const Json& config, const char* key) {
  const std::string text = text_at(config, key);
  return text.empty() ? Json() : Json(text);
}

Json size_like(const std::string& there, const Json& wanted) {
  if (there.empty()) return nullptr;
  return wanted.is_string() && same_size(there, wanted.get<std::string>()) ? wanted : Json(there);
}

bool is_on(const std::string& text) { return text == "true" || text == "1" || text == "yes" || text == "on"; }

// LXD reads several spellings of true and false as the same.
Json spelled_like(const Json& there, const Json& wanted) {
  if (!there.is_string() || !wanted.is_string()) return there;
  const std::string a = there.get<std::string>(), b = wanted.get<std::string>();
  const auto boolean = [](const std::string& t) {
    return is_on(t) || t == "false" || t == "0" || t == "no" || t == "off";
  };
  return boolean(a) && boolean(b) && is_on(a) == is_on(b) ? wanted : there;
}

Json observed_labels(const Json& config, const Json& wanted) {
  Json out = Json::object();
  for (const auto& [name, value] : wanted.items()) out[name] = text_or_null(config, (k_label + name).c_str());
  return out;
}

Json observed_disk(const Json& there, const Json& wanted) {
  const Json found = root_device(object_at(there, "expanded_devices"));
  const Json root = found.empty() ? Json::object() : found.begin().value();
  return {{"size", size_like(text_at(root, "size"), wanted.value("size", Json()))},
          {"pool", text_or_null(root, "pool")}};
}

}  // namespace

Json root_device(const Json& devices) {
  for (const auto& [name, device] : devices.items())
    if (text_at(device, "type") == "disk" && text_at(device, "path") == "/" &&
        text_at(device, "source").empty())
      return {{name, device}};
  return Json::object();
}

bool needs_profile_root(const Json& desired) {
  const Json disk = object_at(desired, "disk");
  return !disk.empty() && !has(disk, "pool");
}

Json create_body(const Json& desired, const Json& marker, bool cloud_init_keys, const Json& root) {
  Json body = {{"name", desired.at("name")},
               {"type", desired.at("type")},
               {"source", source_of(desired.at("source"))},
               {"profiles", profiles_of(desired)},
               {"config", Json::object()},
               {"devices", object_at(desired, "devices")}};
  fill_config(body["config"], desired, Json());
  fill_boot(body["config"], desired, cloud_init_keys);
  write_marker(body["config"], marker);
  fill_root(body["devices"], desired, Json(), root);
  return body;
}

Json update_body(const Json& there, const Json& desired, const Json& before, const Json& marker) {
  Json body = Json::object();
  for (const char* key :
       {"architecture", "config", "devices", "ephemeral", "profiles", "description", "stateful"})
    if (there.contains(key)) body[key] = there.at(key);
  fill_config(body["config"], desired, before);
  write_marker(body["config"], marker);
  merge_devices(body["devices"], object_at(before, "devices"), object_at(desired, "devices"));
  fill_root(body["devices"], desired, before, root_device(object_at(there, "expanded_devices")));
  body["profiles"] = profiles_of(desired);
  return body;
}

Json observed_instance(const Json& there, const Json& desired) {
  const Json config = object_at(there, "config");
  Json out = {{"name", there.at("name")}, {"type", there.at("type")}, {"state", power_of(there)}};
  out["cpu"] = number_or_text(text_at(config, "limits.cpu"));
  out["memory"] = size_like(text_at(config, "limits.memory"), desired.value("memory", Json()));
  for (const Plain& p : k_texts)
    if (std::string(p.member) != "memory") out[p.member] = text_or_null(config, p.key);
  for (const Plain& p : k_switches) {
    const std::string text = text_at(config, p.key);
    if (!text.empty())
      out[p.member] = is_on(text);
    else if (desired.contains(p.member))
      out[p.member] = nullptr;
  }
  out["profiles"] = there.value("profiles", Json::array());
  out["labels"] = observed_labels(config, object_at(desired, "labels"));
  out["disk"] = observed_disk(there, object_at(desired, "disk"));
  out["devices"] = shaped_like(object_at(desired, "devices"), object_at(there, "devices"));
  out["config"] = Json::object();
  for (const auto& [key, wanted] : object_at(desired, "config").items())
    out["config"][key] = spelled_like(text_or_null(config, key.c_str()), wanted);
  return out;
}

std::string power_of(const Json& there) {
  std::string status = text_at(there, "status");
  std::transform(status.begin(), status.end(), status.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return status == "ready" ? "running" : status;  // Ready: running, and the guest says so
}

bool never_started(const Json& there) {
  return text_at(object_at(there, "config"), "volatile.last_state.power").empty();
}

std::string without_prefix(const std::string& cidr) { return cidr.substr(0, cidr.find('/')); }

}  // namespace dfx::lxd
