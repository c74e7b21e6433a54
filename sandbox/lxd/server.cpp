#include "sandbox/lxd/server.hpp"

#include "core/util/digest.hpp"
#include "core/util/hex.hpp"
#include "sandbox/certificate.hpp"
#include "sandbox/lxd/go_json.hpp"
#include "sandbox/lxd/handlers.hpp"
#include "sandbox/lxd/server_config.hpp"

namespace dfx::sandbox::lxd {
namespace {

constexpr const char* k_password = "core.trust_password";
constexpr const char* k_address = "core.https_address";

Json stored_config(const Context& context) {
  return context.get("server", "config").value_or(Json::object());
}

// Secrets are not shown, only that they are there.
Json shown_config(const Context& context) {
  Json config = stored_config(context);
  if (config.contains(k_password)) config[k_password] = true;
  return config;
}

Json kernel_features() {
  return {{"idmapped_mounts", "true"},           {"netnsid_getifaddrs", "true"}, {"seccomp_listener", "true"},
          {"seccomp_listener_continue", "true"}, {"shiftfs", "false"},           {"uevent_injection", "true"},
          {"unpriv_fscaps", "true"}};
}

Json lxc_features() {
  Json features = Json::object();
  for (const char* name :
       {"cgroup2", "core_scheduling", "devpts_fd", "idmapped_mounts_v2", "mount_injection_file",
        "network_gateway_device_route", "network_ipvlan", "network_l2proxy", "network_phys_macvlan_mtu",
        "network_veth_router", "pidfd", "seccomp_allow_deny_syntax", "seccomp_notify", "seccomp_proxy_send_notify_fd"}) {
    features[name] = "true";
  }
  return features;
}

std::string server_name(const Context& context) {
  const std::string authority = authority_of(context.origin());
  return authority.substr(0, authority.rfind(':'));
}

Json environment(const Context& context) {
  const std::string pem = server_certificate_pem(context.store, context.origin());
  const bool pool = !context.list("pool").empty();
  return {{"addresses", stored_config(context).value(k_address, "").empty()
                            ? Json::array()
                            : Json::array({authority_of(context.origin())})},
          {"architectures", {"x86_64", "i686"}},
          {"certificate", pem},
          {"certificate_fingerprint", sha256_hex(der_of_pem(pem))},
          {"driver", "lxc | qemu"},
          {"driver_version", "5.0.2 | 7.2.0"},
          {"firewall", "nftables"},
          {"kernel", "Linux"},
          {"kernel_architecture", "x86_64"},
          {"kernel_features", kernel_features()},
          {"kernel_version", "6.1.0-18-amd64"},
          {"lxc_features", lxc_features()},
          {"os_name", "Debian GNU/Linux"},
          {"os_version", "12"},
          {"project", "default"},
          {"server", "lxd"},
          {"server_clustered", false},
          {"server_event_mode", "full-mesh"},
          {"server_name", server_name(context)},
          {"server_pid", 1234},
          {"server_version", "5.0.2"},
          {"storage", pool ? "dir" : ""},
          {"storage_version", pool ? "1" : ""},
          {"storage_supported_drivers", {{{"Name", "dir"}, {"Version", "1"}, {"Remote", false}}}}};
}

Json body_config(const Context& context) {
  const Json body = decode(context.request.body, "ServerPut", {{"config", GoType::any}});
  const Json config = body.value("config", Json::object());
  if (!config.is_object()) {
    throw Refusal{400, "json: cannot unmarshal into Go struct field ServerPut.config of type map[string]interface {}"};
  }
  for (const auto& [key, value] : config.items()) {
    if (const std::string problem = server_key_problem(key, value); !problem.empty()) throw Refusal{400, problem};
  }
  return config;
}

void set_keys(Json& config, const Json& wanted, const Json& before) {
  for (const auto& [key, value] : wanted.items()) {
    const std::string text = value.is_string() ? value.get<std::string>() : value.is_boolean() ? value.dump() : "";
    // A password that is sent back as it was shown (true) stays what it is.
    if (key == k_password && value.is_boolean()) config[key] = before.value(key, "");
    else if (text.empty()) config.erase(key);
    else if (key == k_password) config = config_with_password(config, text);
    else config[key] = text;
  }
}

Reply change(Context& context, Json config) {
  check_etag(context.request, shown_config(context));
  set_keys(config, body_config(context), stored_config(context));
  context.put("server", "config", config);
  return sync_empty();
}

}  // namespace

std::string authority_of(const std::string& origin) {
  const std::size_t scheme = origin.find("://");
  return scheme == std::string::npos ? origin : origin.substr(scheme + 3);
}

std::string server_certificate_pem(Store::Session& session, const std::string& origin) {
  const auto identity = session.get("", "origin", origin);
  if (!identity) throw Refusal{503, "LXD daemon setup in progress"};
  return identity->value("certificate", "");
}

std::string server_fingerprint(Store::Session& session, const std::string& origin) {
  return sha256_hex(der_of_pem(server_certificate_pem(session, origin)));
}

bool trust_password_fits(const Context& context, const std::string& password) {
  const std::string stored = stored_config(context).value(k_password, "");
  const std::string salt = stored.substr(0, stored.find(':'));
  return !stored.empty() && stored == salt + ":" + sha256_hex(salt + password);
}

Json config_with_password(Json config, const std::string& password) {
  const std::string salt = random_hex(16);
  config[k_password] = salt + ":" + sha256_hex(salt + password);
  return config;
}

Reply root_get(Context&) { return sync({"/1.0"}); }

Reply server_get(Context& context) {
  Json shown = {{"api_extensions", api_extensions()},
                {"api_status", "stable"},
                {"api_version", "1.0"},
                {"auth", context.trusted ? "trusted" : "untrusted"},
                {"public", false},
                {"auth_methods", {"tls"}}};
  if (!context.trusted) return sync(shown);
  const Json config = shown_config(context);
  shown["config"] = config;
  shown["environment"] = environment(context);
  return sync_etag(shown, config);
}

// PATCH adds to what is there, PUT replaces it.
Reply server_patch(Context& context) { return change(context, stored_config(context)); }
Reply server_put(Context& context) { return change(context, Json::object()); }

}  // namespace dfx::sandbox::lxd
