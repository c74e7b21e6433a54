#include "plugins/lxd/volume_kind.hpp"

#include "plugins/lxd/kind_schema.hpp"
#include "plugins/lxd/named_object.hpp"
#include "plugins/lxd/sizes.hpp"

namespace dfx::lxd {
namespace {

ObjectPlace place_of(const Json& desired) {
  const std::string name = text_at(desired, "name"),
                    volumes = "/1.0/storage-pools/" + escape(text_at(desired, "pool")) + "/volumes";
  return {volumes + "/custom",
          volumes + "/custom/" + escape(name),
          "volume " + name,
          {{"type", "custom"}, {"content_type", desired.value("content", "filesystem")}}};
}

void show(const Json& object, const Json& desired, Json& observed) {
  observed["pool"] = desired.at("pool");
  if (desired.contains("content")) observed["content"] = object.value("content_type", Json());
  if (!observed.contains("config") || !observed["config"].contains("size")) return;
  const std::string there = text_at(observed["config"], "size"), wanted = text_at(desired["config"], "size");
  if (same_size(there, wanted)) observed["config"]["size"] = wanted;
}

}  // namespace

Json VolumeKind::describe() const {
  namespace s = schema;
  return {{"kind", "lxd.volume"},
          {"summary", "a storage volume that outlives machines"},
          {"identity", "deterministic"},
          {"weight_ms", 500},
          {"severe", true},
          {"schema", s::object({{"name", s::immutable(s::text())},
                                {"pool", s::immutable(s::text())},
                                {"content", s::immutable(s::words({"filesystem", "block"}))},
                                {"description", s::text()},
                                {"config", s::map(s::text())}},
                               {"name", "pool"})},
          {"outputs", s::object({{"name", s::text()}})}};
}

void VolumeKind::read(const sdk::Call& call, const Json& batch) const {
  read_objects(call, batch, place_of, show);
}

Json VolumeKind::apply(const sdk::Call& call, const Json& change) const {
  return apply_object(call, change, place_of(change.at("desired")));
}

}  // namespace dfx::lxd
