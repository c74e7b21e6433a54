#include "sandbox/lxd/cloud_config.hpp"

#include <fnmatch.h>

#include <array>

#include "core/util/text.hpp"
#include "sandbox/encoding.hpp"
#include "sandbox/lxd/validate.hpp"
#include "sandbox/lxd/yaml.hpp"

namespace dfx::sandbox::lxd {
namespace {

constexpr std::string_view k_header = "#cloud-config";

bool is_cloud_config(const std::string& text) {
  return text.compare(0, k_header.size(), k_header) == 0 &&
         (text.size() == k_header.size() || text[k_header.size()] == '\n' || text[k_header.size()] == '\r');
}

Json parsed(const std::string& text) {
  try {
    return read_yaml(text);
  } catch (const YamlProblem&) {
    return nullptr;  // the daemon has refused it already; profiles from elsewhere simply have no effect
  }
}

std::string text_of(const Json& map, const char* key) {
  if (!map.is_object() || !map.contains(key) || !map[key].is_string()) return {};
  return map[key];
}

std::vector<std::string> texts_of(const Json& list) {
  std::vector<std::string> texts;
  if (!list.is_array()) return texts;
  for (const auto& item : list) {
    if (item.is_string()) texts.push_back(item);
  }
  return texts;
}

bool meant(const std::string& id, const Json& ethernet, const std::string& interface, const std::string& mac) {
  const Json match = ethernet.is_object() ? ethernet.value("match", Json()) : Json();
  if (!match.is_object()) return id == interface;
  const std::string wanted = lower(text_of(match, "macaddress"));
  if (!wanted.empty() && wanted != mac) return false;
  const std::string pattern = text_of(match, "name");
  return pattern.empty() ? !wanted.empty() : ::fnmatch(pattern.c_str(), interface.c_str(), 0) == 0;
}

std::vector<std::string> version_2(const Json& config, const std::string& interface, const std::string& mac) {
  const Json ethernets = config.value("ethernets", Json::object());
  if (!ethernets.is_object()) return {};
  for (const auto& [id, ethernet] : ethernets.items()) {
    if (ethernet.is_object() && meant(id, ethernet, interface, mac)) return texts_of(ethernet.value("addresses", Json()));
  }
  return {};
}

// "255.255.255.0" in bits.
std::string bits_of(const std::string& netmask) {
  const auto mask = parse_ipv4(netmask);
  return mask ? std::to_string(__builtin_popcount(*mask)) : netmask;
}

std::vector<std::string> version_1(const Json& config, const std::string& interface, const std::string& mac) {
  std::vector<std::string> addresses;
  for (const auto& device : config.value("config", Json::array())) {
    const std::string wanted = lower(text_of(device, "mac_address"));
    const bool ours = wanted.empty() ? text_of(device, "name") == interface : wanted == mac;
    if (text_of(device, "type") != "physical" || !ours) continue;
    for (const auto& subnet : device.value("subnets", Json::array())) {
      std::string address = text_of(subnet, "address");
      if (address.empty() || text_of(subnet, "type").compare(0, 6, "static") != 0) continue;
      if (address.find('/') == std::string::npos) address += "/" + bits_of(text_of(subnet, "netmask"));
      addresses.push_back(address);
    }
  }
  return addresses;
}

std::string content_of(const Json& file) {
  const std::string content = text_of(file, "content");
  const std::string encoding = text_of(file, "encoding");
  return encoding == "b64" || encoding == "base64" ? from_base64(content) : content;
}

void add_host_keys(const Json& keys, std::map<std::string, std::string>& files) {
  if (!keys.is_object()) return;
  for (const std::string type : {"rsa", "ecdsa", "ed25519"}) {
    const std::string path = "/etc/ssh/ssh_host_" + type + "_key";
    const std::string secret = text_of(keys, (type + "_private").c_str());
    std::string open = text_of(keys, (type + "_public").c_str());
    if (!secret.empty()) files[path] = secret;
    if (!open.empty() && open.back() != '\n') open += '\n';
    if (!open.empty()) files[path + ".pub"] = open;
  }
}

// As the daemon's reader shows a scalar.
std::string shortened(const std::string& text) { return text.size() > 10 ? text.substr(0, 7) + "..." : text; }

}  // namespace

std::string yaml_problem(const std::string& text) {
  try {
    const Json value = read_yaml(text);
    if (value.is_object() || value.is_null()) return {};
    const std::string what = value.is_array() ? "!!seq" : "!!str `" + shortened(value) + "`";
    return "yaml: unmarshal errors:\n  line 1: cannot unmarshal " + what + " into struct {}";
  } catch (const YamlProblem& problem) {
    return problem.message;
  }
}

std::string user_data_problem(const std::string& text) {
  if (!is_cloud_config(text) || text.size() == k_header.size()) return {};
  return yaml_problem(text.substr(text.find('\n') + 1));
}

std::vector<std::string> configured_addresses(const std::string& network_config, const std::string& interface,
                                              const std::string& mac) {
  Json config = parsed(network_config);
  if (config.is_object() && config.contains("network")) config = config["network"];
  if (!config.is_object()) return {};
  return text_of(config, "version") == "1" ? version_1(config, interface, mac) : version_2(config, interface, mac);
}

std::map<std::string, std::string> written_files(const std::string& user_data, const std::string& instance) {
  std::map<std::string, std::string> files = {{"/etc/hostname", instance + "\n"}};
  if (!is_cloud_config(user_data)) return files;
  const Json config = parsed(user_data);
  if (!config.is_object()) return files;
  if (const std::string name = text_of(config, "hostname"); !name.empty()) files["/etc/hostname"] = name + "\n";
  add_host_keys(config.value("ssh_keys", Json()), files);
  for (const auto& file : config.value("write_files", Json::array())) {
    if (const std::string path = text_of(file, "path"); !path.empty()) files[path] = content_of(file);
  }
  return files;
}

bool user_data_usable(const std::string& user_data) {
  if (user_data.empty() || !is_cloud_config(user_data)) return true;
  return parsed(user_data).is_object() || user_data.find_first_not_of(" \r\n", k_header.size()) == std::string::npos;
}

}  // namespace dfx::sandbox::lxd
