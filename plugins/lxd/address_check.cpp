#include "plugins/lxd/address_check.hpp"

#include <chrono>
#include <map>

#include "plugins/lxd/batch.hpp"
#include "plugins/lxd/client.hpp"
#include "plugins/lxd/instance_payload.hpp"
#include "plugins/lxd/kind_schema.hpp"
#include "plugins/lxd/marker.hpp"

namespace dfx::lxd {
namespace {

constexpr std::chrono::milliseconds k_probe{300};
constexpr std::uint16_t k_ssh_port = 22;

// Who holds an address on the host: running machines say so themselves, others by the NIC or by what dfx
// wrote.
std::map<std::string, Json> holders(const Json& instances) {
  std::map<std::string, Json> out;
  for (const Json& instance : instances) {
    for (const Json& device : object_at(instance, "expanded_devices"))
      if (const std::string a = text_at(device, "ipv4.address"); !a.empty()) out[a] = instance;
    if (const std::string a = text_at(object_at(instance, "config"), "user.dfx.ip"); !a.empty())
      out[without_prefix(a)] = instance;
    for (const Json& interface : object_at(object_at(instance, "state"), "network"))
      for (const Json& a : interface.value("addresses", Json::array()))
        if (text_at(a, "scope") == "global") out[text_at(a, "address")] = instance;
  }
  return out;
}

// Nothing, or who else has the address.
std::string in_use(const sdk::Call& call, const Client& client, const std::map<std::string, Json>& held,
                   const Json& marker, const Json& item) {
  const std::string address = wanted_text(item, "address"),
                    what =
                        "address " + address + " of machine " + wanted_text(item, "machine") + " is in use";
  if (const auto holder = held.find(address); holder != held.end()) {
    // A machine of ours gives its address up before it is needed again.
    if (carries_marker(object_at(holder->second, "config"), marker)) return {};
    return what + " by instance " + text_at(holder->second, "name") + " on host " + client.host();
  }
  std::string banner;
  if (!call.probe(address, k_ssh_port, k_probe, banner)) return {};
  const bool ssh = banner.rfind("SSH-", 0) == 0;
  return what + ": something answers there on port 22" + (ssh ? " with SSH" : "");
}

Json judge(const Json& item, const std::string& problem) {
  Json line = line_for(item, "present", problem, problem.empty() ? "" : "give one of them another address");
  line["verdict"] = problem.empty() ? "pass" : "fail";
  line["outputs"] = Json::object();
  return line;
}

}  // namespace

Json AddressCheck::describe() const {
  namespace s = schema;
  return {{"kind", "lxd.address"},
          {"mode", "check"},
          {"before_create", true},
          {"summary", "nobody else uses the address of a machine"},
          {"weight_ms", 500},
          {"schema",
           s::object({{"machine", s::text()}, {"address", s::formatted("ip")}}, {"machine", "address"})},
          {"outputs", s::object(Json::object())}};
}

void AddressCheck::read(const sdk::Call& call, const Json& batch) const {
  const Client client(call, batch.at("connection"));
  const auto held = holders(client.get("/1.0/instances?recursion=2", "listing instances"));
  for (const Json& item : batch.at("items"))
    call.respond(judge(item, in_use(call, client, held, batch.at("marker"), item)));
}

}  // namespace dfx::lxd
