#include "plugins/lxd/settings.hpp"

#include <dfx/sdk/suggest.hpp>

#include <algorithm>
#include <array>
#include <cstdio>

namespace dfx::lxd {
namespace {

// What dfx says itself, and what to use instead.
struct Reserved {
  const char* prefix;
  const char* instead;
};
constexpr Reserved k_reserved[] = {{"limits.cpu", "use `cpu:`"},
                                   {"limits.memory", "use `memory:`"},
                                   {"cloud-init.", "use `cloud_init:`"},
                                   {"user.user-data", "use `cloud_init:`"},
                                   {"user.vendor-data", "use `cloud_init:`"},
                                   {"user.network-config", "use `network:` and `address:`"},
                                   {"user.dfx.", "these keys are dfx's own"},
                                   {"volatile.", "these keys are LXD's own"},
                                   {"image.", "these keys are LXD's own"},
                                   {"boot.autostart", "use `autostart:`"},
                                   {"security.protection.delete", "use `protect:`"}};

// Settings whose members are put together; all others are taken whole.
constexpr std::array k_mappings = {"network", "config", "devices", "labels", "cloud_init"};

void merge_deep(Json& into, const Json& own) {
  for (const auto& [key, value] : own.items()) {
    Json& there = into[key];
    if (there.is_object() && value.is_object() && !is_node(there) && !is_node(value))
      merge_deep(there, value);
    else
      there = value;
  }
}

// A NIC hangs on a bridge or on a managed network: the machine's own word replaces the other one of
// `defaults`.
void drop_other_network(Json& there, const Json& own) {
  if (own.contains("parent") && !own.contains("network")) there.erase("network");
  if (own.contains("network") && !own.contains("parent")) there.erase("parent");
}

Json put_together(const Json& defaults, const Json& own) {
  Json out = defaults;
  for (const auto& [key, value] : own.items()) {
    const bool mapping = std::find(k_mappings.begin(), k_mappings.end(), key) != k_mappings.end();
    if (!mapping || !value.is_object() || !out.contains(key) || !out[key].is_object()) {
      out[key] = value;
      continue;
    }
    if (key == "network") drop_other_network(out[key], value);
    merge_deep(out[key], value);
  }
  return out;
}

std::string text_or(const Json& settings, const char* key, const char* fallback) {
  const std::string text = text_at(settings, key);
  return text.empty() ? fallback : text;
}

// limits.cpu.allowance is not limits.cpu.
bool is_reserved(const std::string& key, const std::string& prefix) {
  return prefix.back() == '.' ? key.rfind(prefix, 0) == 0 : key == prefix;
}

class Reader {
 public:
  Reader(const sdk::Call& call, const Json& request) : x_call(call), x_settings(request.at("settings")) {
    const Json& stack = request.at("stack");
    x_out.component = request.at("component");
    x_out.stack = text_at(stack, "id");
    x_out.environment = text_at(stack, "environment");
    x_out.hosts = object_at(x_settings, "hosts");
    x_out.profiles = object_at(x_settings, "profiles");
    x_out.networks = object_at(x_settings, "networks");
    x_out.volumes = object_at(x_settings, "volumes");
  }

  Settings read() {
    for (const auto& [name, host] : x_out.hosts.items()) check_host(name, host);
    for (const auto& [name, own] : object_at(x_settings, "machines").items()) read_machine(name, own);
    for (const char* list : {"profiles", "networks"})
      for (const auto& [name, object] : object_at(x_settings, list).items())
        for (const Json& host : object.value("hosts", Json::array()))
          require_host(host.get<std::string>(), std::string("/") + list + "/" + name + "/hosts");
    for (const auto& [name, volume] : x_out.volumes.items())
      require_host(text_at(volume, "host"), "/volumes/" + name + "/host");
    check_addresses();
    if (x_failed) throw sdk::Failure(DFX_INVALID, "", "bad settings");
    return std::move(x_out);
  }

 private:
  void wrong(const std::string& path, const char* code, const char* summary, const std::string& detail,
             const std::string& help) {
    x_failed = true;
    x_call.diagnose({{"severity", "error"},
                     {"code", code},
                     {"summary", summary},
                     {"detail", detail},
                     {"help", help},
                     {"path", path}});
  }

  void check_host(const std::string& name, const Json& host) {
    const std::string url = text_at(host, "url"), path = "/hosts/" + name;
    if (url.rfind("https://", 0) != 0 && url.rfind("unix://", 0) != 0)
      wrong(path + "/url", "lxd.bad-url", "this address cannot be used",
            "host " + name + ": `" + url + "` is neither https:// nor unix://",
            "such as https://192.168.0.10:8443");
    const Json trust = object_at(host, "trust");
    if (trust.contains("token") && trust.contains("password"))
      wrong(path + "/trust", "lxd.two-ways", "token and password stand together",
            "host " + name + ": only one of them is used", "keep the token");
    std::string fingerprint = text_at(host, "fingerprint");
    fingerprint.erase(std::remove(fingerprint.begin(), fingerprint.end(), ':'), fingerprint.end());
    const bool hex = fingerprint.size() == 64 &&
                     fingerprint.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
    if (!fingerprint.empty() && !hex)
      wrong(path + "/fingerprint", "lxd.bad-fingerprint", "this is no fingerprint",
            "host " + name + ": 64 hexadecimal digits are needed",
            "take it from `lxc info | grep fingerprint` on the host");
  }

  bool require_host(const std::string& host, const std::string& path) {
    if (x_out.hosts.contains(host)) return true;
    const std::string what =
        host.empty() ? "no host is named" : "`" + host + "` is no host of this component";
    wrong(path, "lxd.no-such-host", "there is no such host", path + ": " + what, sdk::did_you_mean(host, x_out.hosts));
    return false;
  }

  void read_machine(const std::string& name, const Json& own) {
    const std::string path = "/machines/" + name;
    Machine m;
    m.name = name;
    m.setting = path;
    m.image_setting = own.contains("image") ? path + "/image" : "/defaults/image";
    m.settings = put_together(object_at(x_settings, "defaults"), own.is_object() ? own : Json::object());
    m.host = text_at(m.settings, "host");
    m.type = text_or(m.settings, "type", "container");
    m.image = text_at(m.settings, "image");
    m.user = text_or(m.settings, "user", "dfx");
    m.address = text_at(m.settings, "address");
    m.state = text_or(m.settings, "state", "running");
    m.ready = text_or(m.settings, "ready", "ssh");
    m.stop_seconds = parse_seconds(text_or(m.settings, "stop_timeout", "60s"));
    m.network = object_at(m.settings, "network");
    require_host(m.host, path + "/host");
    read_image(m, path);
    read_network(m, path);
    check_config(m, path);
    check_volumes(m, path);
    x_out.machines.push_back(std::move(m));
  }

  void read_image(Machine& m, const std::string& path) {
    if (m.image.empty()) {
      wrong(path + "/image", "lxd.no-image", "a machine has no image",
            "machine " + m.name + " names none, and `defaults` neither", "such as image: ubuntu/24.04");
      return;
    }
    const Json remotes = object_at(x_settings, "remotes");
    if (auto image = parse_image(m.image, remotes)) {
      m.image_name = std::move(*image);
      return;
    }
    Json known = known_remotes();
    known.update(remotes);
    known["local"] = "";
    const std::string remote = m.image.substr(0, m.image.find(':'));
    wrong(path + "/image", "lxd.no-such-remote", "there is no such image server",
          "machine " + m.name + ": `" + remote + "` in `" + m.image + "` is no remote",
          sdk::did_you_mean(remote, known));
  }

  void read_network(Machine& m, const std::string& path) {
    if (m.network.contains("parent") && m.network.contains("network"))
      wrong(path + "/network", "lxd.two-networks", "parent and network stand together",
            "machine " + m.name + ": a NIC hangs on a bridge of the host or on a managed network",
            "keep one of them");
    const bool own_nic = m.network.contains("parent") || m.network.contains("network");
    if (own_nic)
      m.mac = mac_for(x_out.stack + "/" + x_out.environment + "/" + x_out.component + "/" + m.name);
    const std::string given = text_at(object_at(object_at(m.settings, "devices"), "eth0"), "hwaddr");
    if (!given.empty()) m.mac = given;
  }

  void check_config(const Machine& m, const std::string& path) {
    for (const auto& [key, value] : object_at(m.settings, "config").items())
      for (const Reserved& r : k_reserved)
        if (is_reserved(key, r.prefix))
          wrong(path + "/config/" + key, "lxd.reserved-key", "this key cannot be set here",
                "machine " + m.name + ": " + key, r.instead);
  }

  void check_volumes(const Machine& m, const std::string& path) {
    for (const auto& [name, where] : object_at(m.settings, "volumes").items()) {
      if (!x_out.volumes.contains(name))
        wrong(path + "/volumes/" + name, "lxd.no-such-volume", "there is no such volume",
              "machine " + m.name + " mounts `" + name + "`", sdk::did_you_mean(name, x_out.volumes));
      else if (const std::string host = text_at(x_out.volumes[name], "host"); host != m.host)
        wrong(path + "/volumes/" + name, "lxd.volume-elsewhere", "a volume lives on another host",
              "machine " + m.name + " runs on " + m.host + ", and volume " + name + " is on " + host,
              "put both on one host");
    }
  }

  void check_addresses() {
    std::map<std::string, std::string> owners;
    for (const Machine& m : x_out.machines) {
      if (m.address.empty()) continue;
      const auto [owner, fresh] = owners.emplace(m.address.substr(0, m.address.find('/')), m.name);
      if (!fresh)
        wrong("/machines/" + m.name + "/address", "lxd.same-address", "two machines have the same address",
              m.name + " and " + owner->second + " both want " + owner->first,
              "give one of them another address");
    }
  }

  const sdk::Call& x_call;
  const Json& x_settings;
  Settings x_out;
  bool x_failed = false;
};

}  // namespace

Settings read_settings(const sdk::Call& call, const Json& request) { return Reader(call, request).read(); }

int parse_seconds(const std::string& duration) {
  double seconds = 0, number = 0;
  for (std::size_t i = 0; i < duration.size(); ++i) {
    const char c = duration[i];
    if (c >= '0' && c <= '9') {
      number = number * 10 + (c - '0');
      continue;
    }
    const bool milli = c == 'm' && i + 1 < duration.size() && duration[i + 1] == 's';
    seconds += number * (milli ? 0.001 : c == 's' ? 1 : c == 'm' ? 60 : c == 'h' ? 3600 : 86400);
    number = 0;
    if (milli) ++i;
  }
  return static_cast<int>(seconds + 0.999);
}

// FNV-1a under the prefix that LXD itself uses.
std::string mac_for(const std::string& identity) {
  std::uint64_t hash = 14695981039346656037ull;
  for (const char c : identity) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ull;
  hash ^= hash >> 32;
  std::array<char, 18> text{};
  std::snprintf(text.data(), text.size(), "00:16:3e:%02x:%02x:%02x",
                static_cast<unsigned>((hash >> 16) & 0xff), static_cast<unsigned>((hash >> 8) & 0xff),
                static_cast<unsigned>(hash & 0xff));
  return text.data();
}

}  // namespace dfx::lxd
