#include "plugins/lxd/profile_kind.hpp"

#include "plugins/lxd/kind_schema.hpp"
#include "plugins/lxd/named_object.hpp"

namespace dfx::lxd {
namespace {

ObjectPlace place_of(const Json& desired) {
  const std::string name = text_at(desired, "name");
  return {"/1.0/profiles", "/1.0/profiles/" + escape(name), "profile " + name, Json::object()};
}

}  // namespace

Json ProfileKind::describe() const {
  namespace s = schema;
  return {{"kind", "lxd.profile"},
          {"summary", "config and devices that machines share"},
          {"identity", "deterministic"},
          {"weight_ms", 200},
          {"schema", s::object({{"name", s::immutable(s::text())},
                                {"description", s::text()},
                                {"config", s::map(s::text())},
                                {"devices", s::map(s::map(s::text()))}},
                               {"name"})},
          {"outputs", s::object({{"name", s::text()}})}};
}

void ProfileKind::read(const sdk::Call& call, const Json& batch) const {
  read_objects(call, batch, place_of);
}

Json ProfileKind::apply(const sdk::Call& call, const Json& change) const {
  return apply_object(call, change, place_of(change.at("desired")));
}

}  // namespace dfx::lxd
