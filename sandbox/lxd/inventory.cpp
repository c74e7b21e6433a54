// The parts of the API that describe the host: resources, cluster, projects, warnings.
#include "sandbox/lxd/handlers.hpp"
#include "sandbox/lxd/instances.hpp"

namespace dfx::sandbox::lxd {
namespace {

constexpr int k_cores = 16;
constexpr std::int64_t k_memory = std::int64_t{64} << 30;
constexpr std::int64_t k_memory_of_host = std::int64_t{2} << 30;
constexpr std::int64_t k_memory_of_instance = std::int64_t{64} << 20;

Json cores() {
  Json list = Json::array();
  for (int core = 0; core < k_cores; ++core) {
    list.push_back({{"core", core},
                    {"die", 0},
                    {"threads", {{{"id", core}, {"numa_node", 0}, {"thread", 0}, {"online", true}, {"isolated", false}}}}});
  }
  return list;
}

Json processors() {
  const Json socket = {{"name", "Simulated CPU"}, {"vendor", "GenuineIntel"}, {"socket", 0},
                       {"cache", Json::array()},  {"cores", cores()}};
  return {{"architecture", "x86_64"}, {"sockets", {socket}}, {"total", k_cores}};
}

std::int64_t memory_used(const Context& context) {
  std::int64_t used = k_memory_of_host;
  for (const auto& [name, instance] : context.list("instance")) used += is_running(instance) ? k_memory_of_instance : 0;
  return used;
}

Json memory(const Context& context) {
  const std::int64_t used = memory_used(context);
  const Json node = {{"numa_node", 0}, {"hugepages_used", 0}, {"hugepages_total", 0}, {"used", used}, {"total", k_memory}};
  return {{"nodes", {node}}, {"hugepages_total", 0}, {"hugepages_used", 0}, {"hugepages_size", 2097152},
          {"used", used},    {"total", k_memory}};
}

Json disks() {
  const Json disk = {{"id", "vda"},        {"device", "254:0"},   {"type", "virtio"}, {"read_only", false},
                     {"size", std::int64_t{512} << 30}, {"removable", false}, {"numa_node", 0},   {"block_size", 0},
                     {"rpm", 0},           {"device_id", ""},     {"partitions", Json::array()}, {"pci_address", "0000:00:02.0"}};
  return {{"disks", {disk}}, {"total", 1}};
}

Json machine() {
  return {{"uuid", ""},  {"vendor", "dfx"}, {"product", "sandbox"}, {"family", ""},      {"version", ""},
          {"sku", ""},   {"serial", ""},    {"type", "virtual-machine"}, {"firmware", nullptr}, {"chassis", nullptr},
          {"motherboard", nullptr}};
}

Json default_project(const Context& context) {
  Json users = Json::array();
  for (const auto& [name, image] : context.list("image")) users.push_back("/1.0/images/" + name);
  for (const auto& [name, instance] : context.list("instance")) users.push_back("/1.0/instances/" + name);
  for (const auto& [name, network] : context.list("network")) users.push_back("/1.0/networks/" + name);
  for (const auto& [name, profile] : context.list("profile")) users.push_back("/1.0/profiles/" + name);
  return {{"config", {{"features.images", "true"}, {"features.networks", "true"}, {"features.profiles", "true"},
                      {"features.storage.volumes", "true"}}},
          {"description", "Default LXD project"},
          {"name", "default"},
          {"used_by", users}};
}

}  // namespace

Reply resources_get(Context& context) {
  return sync({{"cpu", processors()},
               {"memory", memory(context)},
               {"gpu", {{"cards", Json::array()}, {"total", 0}}},
               {"network", {{"cards", Json::array()}, {"total", 0}}},
               {"storage", disks()},
               {"usb", {{"devices", Json::array()}, {"total", 0}}},
               {"pci", {{"devices", Json::array()}, {"total", 0}}},
               {"system", machine()}});
}

Reply cluster_get(Context& context) {
  Json members = Json::array();
  for (const auto& [name, pool] : context.list("pool")) {
    members.push_back({{"entity", "storage-pool"},
                       {"name", name},
                       {"key", "source"},
                       {"value", ""},
                       {"description", "\"source\" property for storage pool \"" + name + "\""}});
  }
  const Json shown = {{"server_name", ""}, {"enabled", false}, {"member_config", members}};
  return sync_etag(shown, shown);
}

Reply cluster_members_get(Context&) { throw Refusal{500, "Server is not clustered"}; }

Reply projects_get(Context& context) {
  const bool whole = context.request.parameter("recursion") == "1";
  return sync(Json::array({whole ? default_project(context) : Json("/1.0/projects/default")}));
}

Reply project_get(Context& context) {
  if (context.arguments[0] != "default") throw Refusal{404, "Project not found"};
  const Json shown = default_project(context);
  return sync_etag(shown, {shown["description"], shown["config"]});
}

Reply warnings_get(Context&) { return sync(Json::array()); }
Reply warning_get(Context&) { throw Refusal{404, "Warning not found"}; }

}  // namespace dfx::sandbox::lxd
