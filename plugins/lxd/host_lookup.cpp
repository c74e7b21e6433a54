#include "plugins/lxd/host_lookup.hpp"

#include "plugins/lxd/batch.hpp"
#include "plugins/lxd/kind_schema.hpp"
#include "plugins/lxd/server.hpp"

namespace dfx::lxd {

Json HostLookup::describe() const {
  namespace s = schema;
  return {{"kind", "lxd.host"},
          {"mode", "lookup"},
          {"summary", "what a host is"},
          {"weight_ms", 50},
          {"schema", s::object(Json::object())},
          {"outputs", s::object({{"name", s::text()},
                                 {"version", s::text("of LXD")},
                                 {"extensions", s::integer("how many API extensions it has")}})}};
}

void HostLookup::read(const sdk::Call& call, const Json& batch) const {
  const Client client(call, batch.at("connection"));
  const Server server = read_server(client);
  for (const Json& item : batch.at("items")) {
    Json line = line_for(item, "present");
    line["outputs"] = {
        {"name", client.host()}, {"version", server.version}, {"extensions", server.extensions.size()}};
    call.respond(line);
  }
}

}  // namespace dfx::lxd
