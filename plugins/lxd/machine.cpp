#include "plugins/lxd/machine.hpp"

#include "plugins/lxd/cloud_config.hpp"
#include "plugins/lxd/instance_payload.hpp"

namespace dfx::lxd {
namespace {

// A managed network gives the address by a reservation, unless a gateway is said: then the guest sets it
// itself, as it does on a bridge.
bool sets_address_itself(const Machine& m) {
  return !m.address.empty() && (!m.network.contains("network") || m.network.contains("gateway"));
}

Json nic_of(const Machine& m) {
  Json nic = {{"type", "nic"}, {"name", "eth0"}, {"hwaddr", m.mac}};
  if (const std::string network = text_at(m.network, "network"); !network.empty()) {
    nic["network"] = network;
    if (!m.address.empty())
      nic[m.address.find(':') == std::string::npos ? "ipv4.address" : "ipv6.address"] =
          without_prefix(m.address);
    return nic;
  }
  nic["nictype"] = m.network.value("type", "bridged");
  nic["parent"] = text_at(m.network, "parent");
  return nic;
}

Json devices_of(const Machine& m, const Settings& settings) {
  Json devices = Json::object();
  if (m.network.contains("parent") || m.network.contains("network")) devices["eth0"] = nic_of(m);
  for (const auto& [name, where] : object_at(m.settings, "volumes").items()) {
    devices[name] = {
        {"type", "disk"}, {"pool", settings.volumes.at(name).value("pool", "default")}, {"source", name}};
    if (where != "") devices[name]["path"] = where;
  }
  for (const auto& [name, device] : object_at(m.settings, "devices").items()) {
    Json& there = devices[name];
    if (there.is_null()) there = Json::object();
    there.update(device);
  }
  return devices;
}

Json boot_of(const Machine& m, const KeyPair& login, const KeyPair& own) {
  Json keys = Json::array({login.public_line()});
  for (const Json& key : m.settings.value("ssh_keys", Json::array())) keys.push_back(key);
  Json boot = {{"user_data", user_data({m.user, keys, own.public_line(), own.private_key()},
                                       object_at(m.settings, "cloud_init"))}};
  if (sets_address_itself(m))
    boot["network_config"] =
        network_config({m.address, text_at(m.network, "gateway"), m.network.value("dns", Json::array()),
                        m.mac, m.virtual_machine()});
  return boot;
}

Json disk_of(const Machine& m) {
  Json disk = Json::object();
  if (m.settings.contains("disk")) disk["size"] = m.settings["disk"];
  if (m.settings.contains("pool")) disk["pool"] = m.settings["pool"];
  return disk;
}

}  // namespace

Json desired_instance(const Machine& m, const Settings& settings, const KeyPair& login, const KeyPair& own,
                      const std::string& image) {
  Json desired = {{"name", m.name},
                  {"host", m.host},
                  {"type", m.type},
                  {"image", m.image},
                  {"user", m.user},
                  {"state", m.state},
                  {"profiles", m.settings.value("profiles", Json::array({"default"}))},
                  {"source", reference(image, "")},
                  {"boot", boot_of(m, login, own)},
                  {"host_key", own.public_line()},
                  {"ready", {{"until", m.ready}, {"port", 22}}},
                  {"stop_timeout", m.stop_seconds}};
  if (!m.address.empty()) desired["address"] = m.address;
  for (const char* key : {"cpu", "memory", "config", "labels", "autostart", "protect"})
    if (m.settings.contains(key)) desired[key] = m.settings[key];
  if (const Json disk = disk_of(m); !disk.empty()) desired["disk"] = disk;
  if (const Json devices = devices_of(m, settings); !devices.empty()) desired["devices"] = devices;
  return desired;
}

}  // namespace dfx::lxd
