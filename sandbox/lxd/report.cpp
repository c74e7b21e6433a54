#include "sandbox/lxd/report.hpp"

#include "sandbox/lxd/guest.hpp"
#include "sandbox/lxd/instances.hpp"

namespace dfx::sandbox::lxd {
namespace {

// The handlers' view of the world, without a request behind it.
struct Owner {
  Owner(Store::Session& session, const std::string& origin, Micros now)
      : context{session, request, faults, fault, now, true, {}} {
    request.origin = origin;
  }
  Request request;
  Faults faults;
  RequestFault fault;
  Context context;
};

std::string without_bits(const std::string& address) { return address.substr(0, address.find('/')); }

const char* status_of(const Json& instance) {
  const std::string power = instance["sim"]["power"];
  return power == "running" ? "Running" : power == "frozen" ? "Frozen" : "Stopped";
}

Json addresses_now(const Context& context, const Json& instance) {
  Json list = Json::array();
  const Boot boot = boot_of(instance);
  if (!boot.address || *boot.address > context.now) return list;
  for (const auto& address : wanted_addresses(context, instance)) list.push_back(without_bits(address));
  return list;
}

std::string image_of(const Context& context, const Json& instance) {
  const std::string fingerprint = instance["sim"].value("image", "");
  const auto image = context.get("image", fingerprint);
  return image ? (*image)["properties"].value("description", fingerprint) : fingerprint.substr(0, 12);
}

Json describe(const Context& context, const Json& instance) {
  Json shown = {{"type", instance["type"]},
                {"status", status_of(instance)},
                {"addresses", addresses_now(context, instance)},
                {"image", image_of(context, instance)},
                {"ssh", ssh_ready(instance, context.now)}};
  if (const std::string busy = busy_with(instance, context.now); !busy.empty()) shown["busy"] = busy;
  if (boot_of(instance).cloud_init) shown["cloud_init"] = cloud_init_status(instance, context.now)["status"];
  return shown;
}

Json instances(const Context& context) {
  Json all = Json::object();
  for (const auto& [name, instance] : context.list("instance")) all[name] = describe(context, instance);
  return all;
}

Json images(const Context& context) {
  Json all = Json::object();
  for (const auto& [fingerprint, image] : context.list("image")) {
    Json aliases = Json::array();
    for (const auto& [name, alias] : context.list("alias")) {
      if (alias["target"] == fingerprint) aliases.push_back(name);
    }
    all[fingerprint.substr(0, 12)] = {{"type", image["type"]},
                                      {"description", image["properties"].value("description", "")},
                                      {"aliases", aliases}};
  }
  return all;
}

Json volumes(const Context& context) {
  Json all = Json::object();
  for (const auto& [key, volume] : context.list("volume")) {
    all[key] = {{"content_type", volume["content_type"]}, {"size", volume["config"].value("size", "")}};
  }
  return all;
}

Json names(const Context& context, const char* kind) {
  Json list = Json::array();
  for (const auto& [name, object] : context.list(kind)) list.push_back(name);
  return list;
}

Json trusted(const Context& context) {
  Json list = Json::array();
  for (const auto& [fingerprint, certificate] : context.list("certificate")) list.push_back(certificate["name"]);
  return list;
}

int running_operations(const Context& context) {
  int count = 0;
  for (const auto& operation : context.store.operations(context.origin())) {
    count += !operation.finished && operation.body["class"] == "task" ? 1 : 0;
  }
  return count;
}

}  // namespace

std::vector<Machine> machines(Store::Session& session, const std::string& origin, Micros now) {
  const Owner owner(session, origin, now);
  std::vector<Machine> list;
  for (const auto& [name, instance] : owner.context.list("instance")) {
    Machine machine{origin, name, {}, ssh_ready(instance, now)};
    for (const auto& address : wanted_addresses(owner.context, instance)) {
      machine.addresses.push_back(without_bits(address));
    }
    list.push_back(std::move(machine));
  }
  return list;
}

Json report(Store::Session& session, const std::string& origin, Micros now) {
  const Owner owner(session, origin, now);
  const Context& context = owner.context;
  Json shown = {{"kind", "lxd"},
                {"instances", instances(context)},
                {"images", images(context)},
                {"volumes", volumes(context)},
                {"profiles", names(context, "profile")},
                {"networks", names(context, "network")},
                {"pools", names(context, "pool")},
                {"trusted", trusted(context)},
                {"operations", running_operations(context)}};
  shown["counts"] = {{"instances", shown["instances"].size()},
                     {"images", shown["images"].size()},
                     {"volumes", shown["volumes"].size()}};
  return shown;
}

}  // namespace dfx::sandbox::lxd
