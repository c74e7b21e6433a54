#include "plugins/lxd/instance_lifecycle.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "plugins/lxd/errors.hpp"
#include "plugins/lxd/instance_payload.hpp"
#include "plugins/lxd/marker.hpp"
#include "plugins/lxd/server.hpp"
#include "plugins/lxd/sizes.hpp"

namespace dfx::lxd {
namespace {

constexpr int k_stop_seconds = 60;

std::string name_of(const Json& change) { return text_at(change.at("desired"), "name"); }

int stop_seconds(const Json& desired) {
  const int wanted = desired.value("stop_timeout", k_stop_seconds);
  return wanted > 0 ? wanted : k_stop_seconds;
}

Answer look(const Client& client, const std::string& name) {
  auto found = client.find(instance_path(name), "looking at instance " + name);
  if (found) return std::move(*found);
  throw sdk::Failure(DFX_TRANSIENT, "lxd.gone", "the instance is gone",
                     "instance " + name + " on host " + client.host() + " was there a moment ago");
}

void put_state(const Client& client, const std::string& name, Json state, const std::string& doing) {
  if (!state.contains("timeout")) state["timeout"] = k_stop_seconds;
  client.change("PUT", instance_path(name) + "/state", state, doing + " " + name);
}

void start(const Client& client, const std::string& name, const std::string& power) {
  if (power == "running") return;
  const bool frozen = power == "frozen";
  put_state(client, name, {{"action", frozen ? "unfreeze" : "start"}}, frozen ? "waking" : "starting");
}

// Politely first; a guest that does not obey is switched off.
void stop(const Client& client, const Json& desired, const Json& there) {
  const std::string power = power_of(there), name = text_at(there, "name");
  if (power == "stopped") return;
  if (power != "frozen") {
    try {
      put_state(client, name, {{"action", "stop"}, {"timeout", stop_seconds(desired)}, {"force", false}},
                "stopping");
      return;
    } catch (const sdk::Failure& f) {
      if (f.status() != DFX_INVALID && f.status() != DFX_TRANSIENT) throw;
    }
    if (power_of(look(client, name).metadata) == "stopped") return;
  }
  put_state(client, name, {{"action", "stop"}, {"timeout", stop_seconds(desired)}, {"force", true}},
            "switching off");
}

void reach_power(const Client& client, const Json& desired, const Json& there) {
  if (desired.value("state", "running") == "stopped")
    stop(client, desired, there);
  else
    start(client, text_at(there, "name"), power_of(there));
}

// The root disk that the profiles give, the last one's as LXD does it.
Json root_of_profiles(const Client& client, const Json& desired) {
  Json root = Json::object();
  for (const Json& name : desired.value("profiles", Json::array({"default"}))) {
    const std::string profile = name.get<std::string>();
    const Json found = root_device(object_at(
        client.get("/1.0/profiles/" + escape(profile), "looking at profile " + profile), "devices"));
    if (!found.empty()) root = found;
  }
  if (root.empty())
    throw sdk::Failure(DFX_INVALID, "lxd.no-root-disk", "the machine would have no root disk",
                       "machine " + text_at(desired, "name") + " on host " + client.host() +
                           ": none of its profiles has a disk at /",
                       "say which storage pool it lives in: `pool: default`");
  return root;
}

// Another attempt of ours may have made it meanwhile; anybody else's instance ends this.
void post(const Client& client, const Json& change) {
  const Json& desired = change.at("desired");
  const Server server = read_server(client);
  const Json root = needs_profile_root(desired) ? root_of_profiles(client, desired) : Json::object();
  const Json body = create_body(desired, change.at("marker"), server.has("cloud_init"), root);
  try {
    client.change("POST", "/1.0/instances", body, "making instance " + name_of(change));
  } catch (const sdk::Failure& f) {
    if (f.status() != DFX_CONFLICT) throw;
    const auto there = client.find(instance_path(name_of(change)), "looking at instance " + name_of(change));
    if (!there) throw;
    require_ours(object_at(there->metadata, "config"), change.at("marker"), client.host(),
                 "instance " + name_of(change));
    client.settle(name_of(change));
  }
}

bool starts_with(const std::string& text, const char* prefix) { return text.rfind(prefix, 0) == 0; }

// Keys that only count from the next start on.
bool counts_from_start(const std::string& key) {
  static constexpr std::array prefixes = {"raw.",
                                          "security.privileged",
                                          "security.nesting",
                                          "security.syscalls",
                                          "security.secureboot",
                                          "security.csm",
                                          "boot.mode",
                                          "linux.kernel_modules",
                                          "security.idmap",
                                          "security.devlxd"};
  return std::any_of(prefixes.begin(), prefixes.end(), [&](const char* p) { return starts_with(key, p); });
}

bool grows(const Json& desired, const Json& observed, const char* member) {
  const auto wanted = parse_size(text_at(desired, member)), there = parse_size(text_at(observed, member));
  return wanted && (!there || *wanted > *there);
}

// What is wanted, and what was wanted before, so that nothing that goes is overlooked.
Json shape_of(const Json& desired, const Json& before) {
  Json shape = desired;
  Json config = object_at(before, "config");
  config.update(object_at(desired, "config"));
  shape["config"] = config;
  return shape;
}

}  // namespace

bool needs_restart(const Json& desired, const Json& observed) {
  if (text_at(observed, "state") != "running" || desired.value("state", "running") != "running") return false;
  const Json there = object_at(observed, "config"), wanted = object_at(desired, "config");
  for (const auto& [key, value] : wanted.items())
    if (counts_from_start(key) && (!there.contains(key) || there.at(key) != value)) return true;
  for (const auto& [key, value] : there.items())
    if (counts_from_start(key) && !wanted.contains(key) && !value.is_null()) return true;
  // A virtual machine cannot grow beyond the memory that it was started with.
  return text_at(desired, "type") == "virtual-machine" && grows(desired, observed, "memory");
}

Json create_instance(const Client& client, const Json& change) {
  const std::string name = name_of(change);
  const Json& desired = change.at("desired");
  client.settle_checkpoint(change.value("checkpoint", Json()));
  if (const auto there = client.find(instance_path(name), "looking at instance " + name)) {
    require_ours(object_at(there->metadata, "config"), change.at("marker"), client.host(),
                 "instance " + name);
    client.settle(name);
  } else {
    post(client, change);
  }
  reach_power(client, desired, look(client, name).metadata);
  return look(client, name).metadata;
}

Json update_instance(const Client& client, const Json& change) {
  const std::string name = name_of(change);
  const Json& desired = change.at("desired");
  client.settle_checkpoint(change.value("checkpoint", Json()));
  Answer there = look(client, name);
  require_ours_or_unmarked(object_at(there.metadata, "config"), change.at("marker"), client.host(),
                           "instance " + name);
  const Json before = change.value("prior", Json());
  if (needs_restart(desired, observed_instance(there.metadata, shape_of(desired, before)))) {
    stop(client, desired, there.metadata);
    there = look(client, name);
  }
  client.change("PUT", instance_path(name), update_body(there.metadata, desired, before, change.at("marker")),
                "changing instance " + name, there.etag);
  reach_power(client, desired, look(client, name).metadata);
  return look(client, name).metadata;
}

void delete_instance(const Client& client, const Json& change) {
  const std::string name = name_of(change);
  client.settle_checkpoint(change.value("checkpoint", Json()));
  auto there = client.find(instance_path(name), "looking at instance " + name);
  if (!there) return;
  require_ours(object_at(there->metadata, "config"), change.at("marker"), client.host(), "instance " + name);
  const std::string protection = text_at(object_at(there->metadata, "config"), "security.protection.delete");
  stop(client, change.at("desired"), there->metadata);
  if (!protection.empty() && protection != "false") {
    there = look(client, name);
    Json body = update_body(there->metadata,
                            {{"name", name}, {"profiles", there->metadata.value("profiles", Json::array())}},
                            Json(), change.at("marker"));
    body["config"]["security.protection.delete"] = "false";
    client.change("PUT", instance_path(name), body, "lifting the protection of " + name, there->etag);
  }
  try {
    client.change("DELETE", instance_path(name), nullptr, "removing instance " + name);
  } catch (const sdk::Failure& f) {
    if (f.status() != DFX_ABSENT) throw;
  }
}

}  // namespace dfx::lxd
