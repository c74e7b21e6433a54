#include "plugins/lxd/server.hpp"

namespace dfx::lxd {
namespace {

void refuse_strangers(const std::string& host, const Json& environment) {
  const std::string name = text_at(environment, "server");
  if (name == "incus" || name == "Incus")
    throw sdk::Failure(DFX_UNSUPPORTED, "lxd.incus", "this host runs Incus",
                       "host " + host + " runs Incus, which this plugin does not know yet",
                       "use a host with LXD");
  if (environment.value("server_clustered", false))
    throw sdk::Failure(DFX_UNSUPPORTED, "lxd.cluster", "this host is a member of an LXD cluster",
                       "host " + host + " is cluster member `" + text_at(environment, "server_name") + "`",
                       "this plugin drives standalone hosts: list each one under `hosts:`");
}

}  // namespace

Server read_server(const Client& client) {
  const Json metadata = client.get("/1.0", "asking what it is");
  const Json environment = object_at(metadata, "environment");
  if (text_at(metadata, "api_version") != "1.0")
    throw sdk::Failure(DFX_INVALID, "lxd.not-lxd", "this is no LXD server",
                       "host " + client.host() + " at " + client.url(), "look at `url:` of the host");
  Server server;
  server.trusted = text_at(metadata, "auth") == "trusted";
  server.version = text_at(environment, "server_version");
  server.fingerprint = text_at(environment, "certificate_fingerprint");
  for (const Json& e : metadata.value("api_extensions", Json::array()))
    if (e.is_string()) server.extensions.insert(e.get<std::string>());
  refuse_strangers(client.host(), environment);
  const std::string project = text_at(environment, "project");
  if (!project.empty() && project != "default")
    throw sdk::Failure(
        DFX_UNSUPPORTED, "lxd.project", "this certificate belongs to a project",
        "host " + client.host() + " puts dfx into project `" + project + "`",
        "this plugin works in project `default`: trust dfx's certificate without `--restricted`");
  // An untrusted caller is told little; what matters is asked again once it is trusted.
  if (server.trusted && !server.has("instances"))
    throw sdk::Failure(DFX_UNSUPPORTED, "lxd.too-old", "this LXD is too old",
                       "host " + client.host() + " runs LXD " + server.version, "LXD 5.0 or newer is needed");
  return server;
}

}  // namespace dfx::lxd
