#include "plugins/lxd/expand.hpp"

#include <algorithm>
#include <map>

#include "plugins/lxd/instance_payload.hpp"
#include "plugins/lxd/machine.hpp"

namespace dfx::lxd {
namespace {

std::string lower_hex(std::string text) {
  text.erase(std::remove(text.begin(), text.end(), ':'), text.end());
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

class Expander {
 public:
  Expander(const Settings& settings, sdk::Expansion& out) : x_settings(settings), x_out(out) {}

  void run() {
    x_client = make_tls_key(x_out, component(), "dfx " + component() + " " + x_settings.environment);
    if (!x_settings.machines.empty())
      x_login = make_ssh_key(x_out, component(), "dfx-" + x_settings.environment);
    for (const auto& [name, host] : x_settings.hosts.items()) add_host(name, host);
    for (const auto& [name, network] : x_settings.networks.items())
      add_everywhere("lxd.network", "/networks/", name, network);
    for (const auto& [name, profile] : x_settings.profiles.items())
      add_everywhere("lxd.profile", "/profiles/", name, profile);
    for (const auto& [name, volume] : x_settings.volumes.items()) add_volume(name, volume);
    for (const auto& [name, host] : x_settings.hosts.items()) add_capacity(name);
    Json machines = Json::object();
    for (const Machine& m : x_settings.machines) machines[m.name] = add_machine(m);
    x_out.provides("machines/1", machines);
    x_out.output("machines", machines);
  }

 private:
  const std::string& component() const { return x_settings.component; }
  std::string address(const char* kind, const std::string& name) const {
    return component() + "/" + kind + "/" + name;
  }

  Json connection_to(const std::string& host) const { return x_connections.at(host); }

  void add_host(const std::string& name, const Json& host) {
    const Json first = {{"name", name},
                        {"url", host.at("url")},
                        {"fingerprint", lower_hex(text_at(host, "fingerprint"))},
                        {"certificate", x_client.certificate()},
                        {"key", x_client.private_key()}};
    Json desired = {{"client", x_client.fingerprint()}};
    for (const char* key : {"token", "password"})
      if (const Json trust = object_at(host, "trust"); trust.contains(key)) desired[key] = trust.at(key);
    const std::string setting = "/hosts/" + name;
    x_out.resource({{"kind", "lxd.trust"}, {"name", name}, {"desired", desired}, {"connection", first}, {"setting", setting}});
    Json later = first;
    later["fingerprint"] = reference(address("lxd.trust", name), "/fingerprint");
    x_connections[name] = later;
    x_out.resource(
        {{"kind", "lxd.host"}, {"name", name}, {"desired", Json::object()}, {"connection", later}, {"setting", setting}});
  }

  // Profiles and networks: one object for each host that is meant.
  void add_everywhere(const char* kind, const char* section, const std::string& name, const Json& object) {
    Json desired = {{"name", name}};
    for (const char* key : {"description", "config", "devices"})
      if (object.contains(key)) desired[key] = object[key];
    Json hosts = object.value("hosts", Json::array());
    if (!object.contains("hosts"))
      for (const auto& [host, settings] : x_settings.hosts.items()) hosts.push_back(host);
    for (const Json& entry : hosts) {
      const std::string host = entry.get<std::string>();
      x_out.resource({{"kind", kind},
                      {"name", host + ":" + name},
                      {"desired", desired},
                      {"connection", connection_to(host)},
                      {"setting", section + name},
                      {"needs", networks_in(desired, host)}});
      x_made[address(kind, host + ":" + name)] = true;
    }
  }

  // Networks of ours that the devices of an object hang on.
  Json networks_in(const Json& desired, const std::string& host) const {
    Json needs = Json::array();
    for (const Json& device : object_at(desired, "devices"))
      for (const char* key : {"network", "parent"})
        add_if_made(needs, "lxd.network", host + ":" + text_at(device, key));
    return needs;
  }

  void add_if_made(Json& needs, const char* kind, const std::string& name) const {
    const std::string made = address(kind, name);
    if (x_made.count(made) != 0 && std::find(needs.begin(), needs.end(), made) == needs.end())
      needs.push_back(made);
  }

  void add_volume(const std::string& name, const Json& volume) {
    const std::string host = text_at(volume, "host");
    Json desired = {{"name", name},
                    {"pool", volume.value("pool", "default")},
                    {"content", volume.value("content", "filesystem")},
                    {"config", object_at(volume, "config")}};
    if (volume.contains("size")) desired["config"]["size"] = volume["size"];
    x_out.resource({{"kind", "lxd.volume"},
                    {"name", host + ":" + name},
                    {"desired", desired},
                    {"connection", connection_to(host)},
                    {"setting", "/volumes/" + name}});
    x_made[address("lxd.volume", host + ":" + name)] = true;
  }

  void add_capacity(const std::string& host) {
    Json machines = Json::object();
    std::string pool;
    for (const Machine& m : x_settings.machines) {
      if (m.host != host) continue;
      Json& size = machines[m.name] = Json::object();
      for (const char* key : {"memory", "disk"})
        if (m.settings.contains(key)) size[key] = m.settings[key];
      if (pool.empty()) pool = text_at(m.settings, "pool");
    }
    if (machines.empty()) return;
    x_out.resource(
        {{"kind", "lxd.capacity"},
         {"name", host},
         {"connection", connection_to(host)},
         {"setting", "/hosts/" + host},
         {"desired",
          {{"machines", machines}, {"pool", pool.empty() ? "default" : pool}, {"asked", !pool.empty()}}}});
  }

  std::string add_image(const Machine& m) {
    const std::string name = m.host + ":" + m.image + (m.virtual_machine() ? "@vm" : "");
    std::string& there = x_images[name];
    if (!there.empty()) return there;
    there = address("lxd.image", encoded(name));
    x_out.resource({{"kind", "lxd.image"},
                    {"name", name},
                    {"connection", connection_to(m.host)},
                    {"setting", m.image_setting},
                    {"desired",
                     {{"image", m.image},
                      {"type", m.type},
                      {"local", m.image_name.local},
                      {"server", m.image_name.server},
                      {"alias", m.image_name.alias}}}});
    return there;
  }

  // Names of resources are percent-encoded in addresses.
  static std::string encoded(const std::string& name) {
    std::string out;
    for (const char c : name) out += c == '/' ? "%2F" : std::string(1, c);
    return out;
  }

  Json add_machine(const Machine& m) {
    const KeyPair own = make_host_key(x_out, component(), m.name);
    const Json desired = desired_instance(m, x_settings, *x_login, own, add_image(m));
    x_out.resource({{"kind", "lxd.instance"},
                    {"name", m.name},
                    {"desired", desired},
                    {"connection", connection_to(m.host)},
                    {"setting", m.setting},
                    {"needs", needs_of(m, desired)},
                    {"protect", desired.value("protect", false)}});
    const std::string resource = address("lxd.instance", m.name);
    x_out.status({{"label", m.name}, {"health", resource}});
    const Json ip = m.address.empty() ? reference(resource, "/address") : Json(without_prefix(m.address));
    return {{"address", ip},
            {"host", m.host},
            {"user", m.user},
            {"port", 22},
            {"key", x_login->private_key()},
            {"host_key", own.public_line()},
            {"labels", object_at(desired, "labels")},
            {"type", m.type},
            {"resource", resource}};
  }

  Json needs_of(const Machine& m, const Json& desired) {
    Json needs = networks_in(desired, m.host);
    needs.push_back(address("lxd.host", m.host));
    needs.push_back(address("lxd.capacity", m.host));
    for (const Json& profile : desired.at("profiles"))
      add_if_made(needs, "lxd.profile", m.host + ":" + profile.get<std::string>());
    for (const auto& [volume, where] : object_at(m.settings, "volumes").items())
      add_if_made(needs, "lxd.volume", m.host + ":" + volume);
    if (m.address.empty()) return needs;
    x_out.resource({{"kind", "lxd.address"},
                    {"name", m.name},
                    {"connection", connection_to(m.host)},
                    {"setting", m.setting + "/address"},
                    {"desired", {{"machine", m.name}, {"address", without_prefix(m.address)}}}});
    needs.push_back(address("lxd.address", m.name));
    return needs;
  }

  const Settings& x_settings;
  sdk::Expansion& x_out;
  KeyPair x_client;
  std::optional<KeyPair> x_login;
  std::map<std::string, Json> x_connections;    // by host
  std::map<std::string, std::string> x_images;  // address of the lookup, by its name
  std::map<std::string, bool> x_made;           // addresses of networks, profiles and volumes
};

}  // namespace

void expand(const sdk::Call& call, const Json& request, sdk::Expansion& out) {
  const Settings settings = read_settings(call, request);
  Expander(settings, out).run();
}

}  // namespace dfx::lxd
