#include "plugins/lxd/network_kind.hpp"

#include "plugins/lxd/kind_schema.hpp"
#include "plugins/lxd/named_object.hpp"

namespace dfx::lxd {
namespace {

ObjectPlace place_of(const Json& desired) {
  const std::string name = text_at(desired, "name");
  return {"/1.0/networks", "/1.0/networks/" + escape(name), "network " + name, {{"type", "bridge"}}};
}

// The daemon replaces "auto" by what it chose.
void show(const Json&, const Json& desired, Json& observed) {
  const Json config = object_at(desired, "config");
  for (const auto& [key, value] : config.items())
    if (value == "auto" && observed["config"][key].is_string()) observed["config"][key] = value;
}

}  // namespace

Json NetworkKind::describe() const {
  namespace s = schema;
  return {{"kind", "lxd.network"},
          {"summary", "a managed bridge of one host"},
          {"identity", "deterministic"},
          {"weight_ms", 500},
          {"schema",
           s::object(
               {{"name", s::immutable(s::text())}, {"description", s::text()}, {"config", s::map(s::text())}},
               {"name"})},
          {"outputs", s::object({{"name", s::text()}})}};
}

void NetworkKind::read(const sdk::Call& call, const Json& batch) const {
  read_objects(call, batch, place_of, show);
}

Json NetworkKind::apply(const sdk::Call& call, const Json& change) const {
  return apply_object(call, change, place_of(change.at("desired")));
}

}  // namespace dfx::lxd
