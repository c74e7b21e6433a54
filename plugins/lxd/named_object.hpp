// What profiles, networks and volumes have in common: a name, a description, config, and our marker in it.
#pragma once
#include <functional>
#include <string>

#include "plugins/lxd/client.hpp"

namespace dfx::lxd {

struct ObjectPlace {
  std::string collection;  // where it is made
  std::string path;        // where it stands
  std::string what;        // "profile web", for messages
  Json fixed;              // further members of the body that makes it
};
using PlaceOf = std::function<ObjectPlace(const Json& desired)>;

// One GET per object: there are few. Lines show "name", "description", "config" and "devices" as far as they
// are wanted, and what `show` adds.
void read_objects(
    const sdk::Call& call, const Json& batch, const PlaceOf& place_of,
    const std::function<void(const Json& object, const Json& desired, Json& observed)>& show = {});

// Creates (again: an object that carries our marker is taken as made), updates under its ETag, or deletes.
Json apply_object(const sdk::Call& call, const Json& change, const ObjectPlace& place);

}  // namespace dfx::lxd
