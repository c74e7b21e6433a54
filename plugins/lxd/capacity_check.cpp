#include "plugins/lxd/capacity_check.hpp"

#include <algorithm>
#include <set>

#include "plugins/lxd/batch.hpp"
#include "plugins/lxd/client.hpp"
#include "plugins/lxd/kind_schema.hpp"
#include "plugins/lxd/sizes.hpp"

namespace dfx::lxd {
namespace {

constexpr std::uint64_t k_least_disk = 512ull << 20;  // for a machine that names no size: an image, unpacked

struct Need {
  std::size_t machines = 0;
  std::uint64_t memory = 0;
  std::uint64_t least_disk = 0;
  std::uint64_t whole_disk = 0;
};

std::uint64_t size_at(const Json& machine, const char* key) {
  return parse_size(text_at(machine, key)).value_or(0);
}

std::set<std::string> names_of(const Json& urls) {
  std::set<std::string> out;
  for (const Json& url : urls) {
    const std::string path = url.get<std::string>();
    out.insert(path.substr(path.rfind('/') + 1));
  }
  return out;
}

// What the machines need that are not there yet.
Need need_of(const Json& machines, const std::set<std::string>& there) {
  Need need;
  for (const auto& [name, machine] : machines.items()) {
    if (there.count(name) != 0) continue;
    ++need.machines;
    need.memory += size_at(machine, "memory");
    need.least_disk += k_least_disk;
    need.whole_disk += std::max(size_at(machine, "disk"), k_least_disk);
  }
  return need;
}

Json verdict(const Json& item, const char* word, const std::string& message = {}, const std::string& help = {}) {
  Json line = line_for(item, "present", message, help);
  line["verdict"] = word;
  line["outputs"] = Json::object();
  return line;
}

Json judge_memory(const Client& client, const Json& item, const Need& need) {
  const Json memory = object_at(client.get("/1.0/resources", "asking for its memory"), "memory");
  const std::uint64_t total = memory.value("total", std::uint64_t{0});
  if (total == 0 || need.memory <= total) return verdict(item, "pass");
  return verdict(item, "warn",
                 "the machines to be made on host " + client.host() + " may use " + format_size(need.memory) +
                     " of memory, and it has " + format_size(total));
}

Json judge(const Client& client, const Json& item) {
  const Need need = need_of(object_at(item.at("desired"), "machines"),
                            names_of(client.get("/1.0/instances", "listing instances")));
  if (need.machines == 0) return verdict(item, "pass");
  const std::string pool = wanted_text(item, "pool");
  const auto found =
      client.find("/1.0/storage-pools/" + escape(pool) + "/resources", "looking at pool " + pool);
  if (!found && item.at("desired").value("asked", false))
    return verdict(
        item, "fail",
        "host " + client.host() + " has no storage pool `" + pool + "`", "see `lxc storage list` there, and correct `pool:`");
  const Json space = found ? object_at(found->metadata, "space") : Json::object();
  const std::uint64_t total = space.value("total", std::uint64_t{0}),
                      used = space.value("used", std::uint64_t{0});
  const std::uint64_t free = total > used ? total - used : 0;
  const std::string has =
      "storage pool " + pool + " of host " + client.host() + " has " + format_size(free) + " left";
  if (total != 0 && free < need.least_disk)
    return verdict(item, "fail",
                   has + ", not enough for " + std::to_string(need.machines) + " more machine" +
                       (need.machines == 1 ? "" : "s"),
                   "make room there first: see `lxc storage info " + pool + "` and `lxc image list`");
  if (total != 0 && free < need.whole_disk)
    return verdict(item, "warn", has + ", and the machines may grow to " + format_size(need.whole_disk));
  return judge_memory(client, item, need);
}

}  // namespace

Json CapacityCheck::describe() const {
  namespace s = schema;
  const Json machine = s::object({{"memory", s::formatted("size")}, {"disk", s::formatted("size")}});
  return {{"kind", "lxd.capacity"},
          {"mode", "check"},
          {"before_create", true},
          {"summary", "the host has room for its machines"},
          {"weight_ms", 200},
          {"schema", s::object({{"machines", s::map(machine)},
                                {"pool", s::text("storage pool that they live in")},
                                {"asked", s::boolean("the stack file names the pool")}})},
          {"outputs", s::object(Json::object())}};
}

void CapacityCheck::read(const sdk::Call& call, const Json& batch) const {
  const Client client(call, batch.at("connection"));
  for (const Json& item : batch.at("items")) call.respond(judge(client, item));
}

}  // namespace dfx::lxd
