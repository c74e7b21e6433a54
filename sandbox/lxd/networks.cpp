#include "sandbox/lxd/config_keys.hpp"
#include "core/util/hex.hpp"
#include "sandbox/lxd/devices.hpp"
#include "sandbox/lxd/go_json.hpp"
#include "sandbox/lxd/guest.hpp"
#include "sandbox/lxd/handlers.hpp"
#include "sandbox/lxd/instances.hpp"
#include "sandbox/lxd/update.hpp"
#include "sandbox/lxd/validate.hpp"

namespace dfx::sandbox::lxd {
namespace {

const std::vector<GoField>& fields() {
  static const std::vector<GoField> list = {{"name", GoType::text},
                                            {"type", GoType::text},
                                            {"description", GoType::text},
                                            {"config", GoType::text_map}};
  return list;
}

// Null if there are none, as Go prints an empty list that nobody made.
Json users_of(const Context& context, const std::string& network) {
  Json users = used_by(context, [&](const Json& device) {
    return device.value("type", "") == "nic" &&
           (device.value("network", "") == network || device.value("parent", "") == network);
  });
  return users.empty() ? Json() : users;
}

Json render(const Context& context, const std::string& name, const Json& network) {
  return {{"name", name},       {"type", "bridge"},    {"managed", true},
          {"status", "Created"}, {"description", network["description"]}, {"config", network["config"]},
          {"used_by", users_of(context, name)}, {"locations", {"none"}}};
}

Json render_unmanaged(const Context& context, const std::string& name, const std::string& type) {
  return {{"name", name},   {"type", type},        {"managed", false},
          {"status", ""},   {"description", ""},   {"config", Json::object()},
          {"used_by", type == "loopback" ? Json::array() : users_of(context, name)}, {"locations", nullptr}};
}

Json etag_basis(const std::string& name, const Json& shown) {
  return {name, shown["managed"], shown["type"], shown["description"], shown["config"]};
}

Json load(const Context& context) {
  auto network = context.get("network", context.arguments[0]);
  if (!network) throw Refusal{404, "Failed loading network: Network not found"};
  return *network;
}

// Networks that are made get an address of their own unless they say otherwise.
void fill(Json& config) {
  if (config.value("ipv4.address", "").empty()) config["ipv4.address"] = "auto";
  if (config.value("ipv6.address", "").empty()) config["ipv6.address"] = "auto";
  if (config["ipv4.address"] == "auto") {
    const auto number = static_cast<unsigned char>(random_hex(1)[0]);
    config["ipv4.address"] = "10." + std::to_string(100 + number % 100) + ".7.1/24";
    if (config.value("ipv4.nat", "").empty()) config["ipv4.nat"] = "true";
  }
  if (config["ipv6.address"] == "auto") {
    config["ipv6.address"] = "fd42:" + random_hex(2) + ":" + random_hex(2) + ":" + random_hex(2) + "::1/64";
    if (config.value("ipv6.nat", "").empty()) config["ipv6.nat"] = "true";
  }
  drop_empty(config);
}

void check_config(const Json& config, const std::string& name) {
  if (const std::string problem = network_config_problem(config, name); !problem.empty()) throw Refusal{500, problem};
}

void save(const Context& context, Json network) {
  check_config(network["config"], context.arguments[0]);
  drop_empty(network["config"]);
  context.put("network", context.arguments[0], network);
}

Json change(const Context& context) {
  const Json network = load(context);
  check_etag(context.request,
             etag_basis(context.arguments[0], render(context, context.arguments[0], network)));
  return network;
}

}  // namespace

Json used_by(const Context& context, const std::function<bool(const Json& device)>& uses) {
  Json users = Json::array();
  for (const auto& [name, instance] : context.list("instance")) {
    for (const auto& device : expanded_devices(context, instance)) {
      if (!uses(device)) continue;
      users.push_back("/1.0/instances/" + name);
      break;
    }
  }
  for (const auto& [name, profile] : context.list("profile")) {
    for (const auto& device : profile["devices"]) {
      if (!uses(device)) continue;
      users.push_back("/1.0/profiles/" + name);
      break;
    }
  }
  return users;
}

Reply networks_get(Context& context) {
  const bool whole = context.request.parameter("recursion") == "1";
  Json list = Json::array();
  const auto add = [&](const std::string& name, const Json& shown) {
    list.push_back(whole ? shown : Json("/1.0/networks/" + name));
  };
  for (const auto& [name, network] : context.list("network")) add(name, render(context, name, network));
  for (const auto& [name, type] : unmanaged_interfaces()) add(name, render_unmanaged(context, name, type));
  return sync(list);
}

Reply networks_post(Context& context) {
  const Json body = decode(context.request.body, "NetworksPost", fields());
  const std::string name = body.value("name", "");
  const std::string type = body.value("type", "");
  if (name.empty()) throw Refusal{400, "No name provided"};
  if (!type.empty() && type != "bridge") {
    const bool real = type == "macvlan" || type == "sriov" || type == "ovn" || type == "physical";
    throw Refusal{real ? 501 : 400, real ? "The simulator has bridges only" : "Unknown driver"};
  }
  if (const std::string problem = check_interface_name(name); !problem.empty()) throw Refusal{400, problem};
  if (context.get("network", name)) throw Refusal{400, "The network already exists"};
  Json config = body.value("config", Json::object());
  check_config(config, name);
  if (host_has_interface(context, name)) throw Refusal{500, "Network interface " + quoted(name) + " already exists"};
  fill(config);
  context.put("network", name, {{"config", config}, {"description", body.value("description", "")}});
  return created("/1.0/networks/" + name);
}

Reply network_get(Context& context) {
  const std::string& name = context.arguments[0];
  Json shown;
  for (const auto& [known, type] : unmanaged_interfaces()) {
    if (known == name) shown = render_unmanaged(context, name, type);
  }
  if (const auto network = context.get("network", name)) shown = render(context, name, *network);
  if (shown.is_null()) throw Refusal{404, "Network not found"};
  return sync_etag(shown, etag_basis(name, shown));
}

Reply network_put(Context& context) {
  change(context);
  const Json body = decode(context.request.body, "NetworkPut", fields());
  save(context, {{"config", body.value("config", Json::object())}, {"description", body.value("description", "")}});
  return sync_empty();
}

Reply network_patch(Context& context) {
  Json network = change(context);
  const Json body = decode(context.request.body, "NetworkPut", fields());
  if (body.contains("config")) network["config"].update(body["config"]);
  network["description"] = body.value("description", "");  // the daemon really clears it when it is not sent
  save(context, network);
  return sync_empty();
}

Reply network_delete(Context& context) {
  load(context);
  if (!users_of(context, context.arguments[0]).empty()) throw Refusal{400, "The network is currently in use"};
  context.erase("network", context.arguments[0]);
  return sync_empty();
}

Reply network_leases_get(Context& context) {
  const Json network_here = load(context);
  Json leases = Json::array();
  const std::string own = network_here["config"].value("ipv4.address", "");
  if (own.find('/') != std::string::npos) {
    leases.push_back({{"hostname", context.arguments[0] + ".gw"}, {"hwaddr", ""}, {"address", own.substr(0, own.find('/'))},
                      {"type", "gateway"}, {"location", ""}});
  }
  for (const auto& [name, instance] : context.list("instance")) {
    const Json devices = expanded_devices(context, instance);
    for (const auto& [device_name, device] : devices.items()) {
      const Json network = device.value("type", "") == "nic" ? managed_network_of(context, device) : Json();
      const std::string address = device.value("ipv4.address", "");
      if (network.is_null() || network["name"] != context.arguments[0] || address.empty()) continue;
      leases.push_back({{"hostname", name}, {"address", address}, {"type", "static"}, {"location", "none"},
                        {"hwaddr", instance["config"].value("volatile." + device_name + ".hwaddr", "")}});
    }
  }
  return sync(leases);
}

}  // namespace dfx::sandbox::lxd
