#include "sandbox/lxd/server_config.hpp"

#include <map>

#include "sandbox/lxd/validate.hpp"

namespace dfx::sandbox::lxd {
namespace {

enum class Type { text, boolean, integer };

const std::map<std::string, Type>& keys() {
  static const std::map<std::string, Type> list = {
      {"backups.compression_algorithm", Type::text},
      {"candid.api.key", Type::text},
      {"candid.api.url", Type::text},
      {"candid.domains", Type::text},
      {"candid.expiry", Type::integer},
      {"cluster.https_address", Type::text},
      {"cluster.images_minimal_replica", Type::integer},
      {"cluster.join_token_expiry", Type::text},
      {"cluster.max_standby", Type::integer},
      {"cluster.max_voters", Type::integer},
      {"cluster.offline_threshold", Type::integer},
      {"core.bgp_address", Type::text},
      {"core.bgp_asn", Type::text},
      {"core.bgp_routerid", Type::text},
      {"core.debug_address", Type::text},
      {"core.dns_address", Type::text},
      {"core.https_address", Type::text},
      {"core.https_allowed_credentials", Type::boolean},
      {"core.https_allowed_headers", Type::text},
      {"core.https_allowed_methods", Type::text},
      {"core.https_allowed_origin", Type::text},
      {"core.https_trusted_proxy", Type::text},
      {"core.metrics_address", Type::text},
      {"core.metrics_authentication", Type::boolean},
      {"core.proxy_http", Type::text},
      {"core.proxy_https", Type::text},
      {"core.proxy_ignore_hosts", Type::text},
      {"core.remote_token_expiry", Type::text},
      {"core.shutdown_timeout", Type::integer},
      {"core.trust_ca_certificates", Type::boolean},
      {"core.trust_password", Type::text},
      {"images.auto_update_cached", Type::boolean},
      {"images.auto_update_interval", Type::integer},
      {"images.compression_algorithm", Type::text},
      {"images.default_architecture", Type::text},
      {"images.remote_cache_expiry", Type::integer},
      {"maas.api.key", Type::text},
      {"maas.api.url", Type::text},
      {"maas.machine", Type::text},
      {"network.ovn.integration_bridge", Type::text},
      {"network.ovn.northbound_connection", Type::text},
      {"storage.backups_volume", Type::text},
      {"storage.images_volume", Type::text},
  };
  return list;
}

std::string value_problem(Type type, const std::string& value) {
  if (value.empty()) return {};
  if (type == Type::boolean && !check_bool(value).empty()) return "invalid boolean";
  if (type == Type::integer && !check_integer(value).empty()) return "invalid integer";
  return {};
}

}  // namespace

std::string server_key_problem(const std::string& key, const Json& value) {
  if (!value.is_string() && !value.is_null() && !value.is_boolean()) {
    const char* type = value.is_number() ? "float64" : value.is_array() ? "[]interface {}" : "map[string]interface {}";
    return "cannot set '" + key + "': invalid type " + type;
  }
  const std::string text = value.is_string() ? value.get<std::string>() : value.is_boolean() ? value.dump() : "";
  const auto found = keys().find(key);
  const bool free = key.compare(0, 5, "user.") == 0 && key.size() > 5;
  const std::string problem = free                   ? std::string()
                              : found == keys().end() ? std::string("unknown key")
                                                      : value_problem(found->second, text);
  return problem.empty() ? problem : "cannot set '" + key + "' to '" + text + "': " + problem;
}

}  // namespace dfx::sandbox::lxd
