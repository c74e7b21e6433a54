#include "plugins/lxd/instance_kind.hpp"

#include <map>

#include "plugins/lxd/batch.hpp"
#include "plugins/lxd/client.hpp"
#include "plugins/lxd/errors.hpp"
#include "plugins/lxd/instance_lifecycle.hpp"
#include "plugins/lxd/instance_payload.hpp"
#include "plugins/lxd/kind_schema.hpp"
#include "plugins/lxd/marker.hpp"
#include "plugins/lxd/readiness.hpp"
#include "plugins/lxd/sizes.hpp"

namespace dfx::lxd {
namespace {

constexpr std::size_t k_most_in_filter = 32;

using ByName = std::map<std::string, Json>;

// "name eq cp-a or name eq cp-b"; empty: too many, or one is no plain name.
std::string filter_for(const Json& items) {
  if (items.size() > k_most_in_filter) return {};
  std::string out;
  for (const Json& item : items)
    out += (out.empty() ? "" : " or ") + ("name eq " + wanted_text(item, "name"));
  return "&filter=" + escape(out);
}

// All instances that a batch asks about, by name, from one request.
Answer list_instances(const Client& client, const Json& items, int recursion) {
  return client.send("GET", "/1.0/instances?recursion=" + std::to_string(recursion) + filter_for(items));
}

ByName by_name(const Json& list) {
  ByName out;
  for (const Json& instance : list) out.emplace(text_at(instance, "name"), instance);
  return out;
}

Json outputs_of(const std::string& host, const Json& there, const Json& desired) {
  const Json config = object_at(there, "config");
  Json out = {{"name", text_at(there, "name")},
              {"host", host},
              {"uuid", text_at(config, "volatile.uuid")},
              {"image", text_at(config, "volatile.base_image")}};
  const std::string address = without_prefix(text_at(desired, "address"));
  if (!address.empty()) out["address"] = address;
  return out;
}

Json identity_of(const Json& there) {
  return {{"name", text_at(there, "name")}, {"uuid", text_at(object_at(there, "config"), "volatile.uuid")}};
}

Json read_one(const std::string& host, const ByName& there, const Json& batch, const Json& item) {
  const Json& desired = item.at("desired");
  const auto found = there.find(text_at(desired, "name"));
  if (found == there.end()) return line_for(item, "absent");
  const bool half = desired.value("state", "running") == "running" && power_of(found->second) == "stopped" &&
                    never_started(found->second);
  Json line = line_for(item, half ? "partial" : "present");
  judge_owner(line, object_at(found->second, "config"), batch, item);
  line["identity"] = identity_of(found->second);
  line["observed"] = observed_instance(found->second, desired);
  line["observed"]["host"] = host;
  // What nobody can see on an object that dfx did not make is as the person says who wants it taken over.
  if (line["owner"] == "foreign")
    for (const char* key : {"image", "user", "address"})
      if (desired.contains(key)) line["observed"][key] = desired.at(key);
  line["outputs"] = outputs_of(host, found->second, desired);
  return line;
}

Json unknown(const char* why) { return {{"$dfx", {{"unknown", why}}}}; }

Json predicted(const std::string& host, const Json& desired) {
  Json out = {{"name", desired.at("name")},
              {"host", host},
              {"uuid", unknown("the host gives it")},
              {"image", unknown("the host says which one it took")}};
  const std::string address = text_at(desired, "address");
  out["address"] = address.empty() ? unknown("the network gives it") : Json(without_prefix(address));
  return out;
}

// A root disk can grow only.
void add_shrinking(Json& line, const Json& desired, const Json& observed) {
  const auto wanted = parse_size(text_at(object_at(desired, "disk"), "size")),
             there = parse_size(text_at(object_at(observed, "disk"), "size"));
  if (wanted && there && *wanted < *there)
    line["replace"] = Json::array(
        {{{"path", "/disk/size"}, {"why", "a root disk can only grow, and it has " + format_size(*there)}}});
}

Json plan_one(const std::string& host, const Json& item) {
  const Json& desired = item.at("desired");
  Json line = {{"address", item.at("address")}};
  const Json& observed = item.at("observed");
  if (observed.is_null()) {
    line["outputs"] = predicted(host, desired);
    return line;
  }
  add_shrinking(line, desired, observed);
  if (needs_restart(desired, observed)) {
    line["restarts"] = true;
    line["reasons"] = {"it must be stopped and started for this change"};
  }
  return line;
}

Json describe_desired() {
  namespace s = schema;
  const Json boot = s::object({{"user_data", s::secret(s::text("#cloud-config with the machine's keys"))},
                               {"network_config", s::text()}});
  const Json source = s::object(
      {{"fingerprint", s::text()}, {"server", s::text()}, {"alias", s::text()}, {"protocol", s::text()}});
  const Json ready =
      s::object({{"until", s::words({"running", "address", "cloud-init", "ssh"})}, {"port", s::integer()}});
  return s::object({{"name", s::immutable(s::text())},
                    {"host", s::immutable(s::text("the host's name in the stack file"))},
                    {"type", s::immutable(s::words({"container", "virtual-machine"}))},
                    {"image", s::immutable(s::text("as the stack file names it"))},
                    {"user", s::immutable(s::text("whom dfx logs in as"))},
                    {"address", s::immutable(s::formatted("cidr"))},
                    {"cpu", s::integer()},
                    {"memory", s::formatted("size")},
                    {"disk", s::object({{"size", s::formatted("size")}, {"pool", s::immutable(s::text())}})},
                    {"config", s::map(s::text())},
                    {"devices", s::map(s::map(s::text()))},
                    {"profiles", s::list(s::text())},
                    {"labels", s::map(s::text())},
                    {"protect", s::boolean()},
                    {"autostart", s::boolean()},
                    {"state", s::words({"running", "stopped"})},
                    {"source", s::create_only(source)},
                    {"boot", s::create_only(boot)},
                    {"host_key", s::create_only(s::text("public line of the SSH host key"))},
                    {"ready", s::create_only(ready)},
                    {"stop_timeout",
                     s::create_only(s::integer("seconds until a guest that does not stop is switched off"))}},
                   {"name", "type", "image", "source"});
}

}  // namespace

Json InstanceKind::describe() const {
  namespace s = schema;
  return {{"kind", "lxd.instance"},
          {"summary", "a container or a virtual machine"},
          {"identity", "deterministic"},
          {"pool", "lxd:{connection/name}"},
          {"pool_size", 4},
          {"weight_ms", 20000},
          {"plans", true},
          {"waits", true},
          {"schema", describe_desired()},
          {"outputs", s::object({{"name", s::text()},
                                 {"host", s::text("the host's name in the stack file")},
                                 {"address", s::text("IP address")},
                                 {"uuid", s::text("changes when the machine is made anew")},
                                 {"image", s::text("fingerprint of the image that it was made of")}})}};
}

void InstanceKind::plan(const sdk::Call& call, const Json& batch) const {
  const std::string host = text_at(batch.at("connection"), "name");
  for (const Json& item : batch.at("items")) call.respond(plan_one(host, item));
}

void InstanceKind::read(const sdk::Call& call, const Json& batch) const {
  const Client client(call, batch.at("connection"));
  const Answer list = list_instances(client, batch.at("items"), 1);
  if (list.status == 401 || list.status == 403) {
    answer_unreachable(call, batch, "host " + client.host() + " does not trust dfx's certificate now");
    return;
  }
  if (!list.good()) throw refusal(client.host(), list.status, list.words, "listing instances");
  const ByName there = by_name(list.metadata);
  for (const Json& item : batch.at("items")) call.respond(read_one(client.host(), there, batch, item));
}

Json InstanceKind::apply(const sdk::Call& call, const Json& change) const {
  const Client client(call, change.at("connection"));
  const std::string action = change.at("action");
  if (action == "delete") {
    delete_instance(client, change);
    return Json::object();
  }
  const Json there = action == "create" ? create_instance(client, change) : update_instance(client, change);
  return {{"identity", identity_of(there)},
          {"outputs", outputs_of(client.host(), there, change.at("desired"))}};
}

void InstanceKind::health(const sdk::Call& call, const Json& batch) const {
  const Client client(call, batch.at("connection"));
  const Answer list = list_instances(client, batch.at("items"), 2);
  if (!list.good()) throw refusal(client.host(), list.status, list.words, "listing instances");
  const ByName there = by_name(list.metadata);
  for (const Json& item : batch.at("items")) {
    const auto found = there.find(wanted_text(item, "name"));
    const Readiness ready = climb(client, found == there.end() ? Json() : found->second, item.at("desired"));
    Json line = {{"address", item.at("address")}, {"status", ready.status}, {"message", ready.message}};
    if (!ready.address.empty()) line["outputs"] = {{"address", ready.address}};
    if (!ready.evidence.empty()) line["evidence"] = ready.evidence;
    call.respond(line);
  }
}

}  // namespace dfx::lxd
