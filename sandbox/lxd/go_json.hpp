// Reading request bodies as Go's encoding/json does: known fields only, and its words when a type does not fit.
#pragma once
#include <string>
#include <vector>

#include "core/model/json.hpp"

namespace dfx::sandbox::lxd {

enum class GoType { any, text, boolean, integer, texts, text_map, text_map_map, structure, structures };

struct GoField {
  const char* name;
  GoType type;
  const char* structure = "";                  // "api.InstanceSource", for structure(s)
  const std::vector<GoField>* fields = nullptr;  // of the structure(s)
};

// The object in `body` with the fields named, those that are null left out. `name` is the Go type, such as
// "InstancesPost". Throws Refusal 400 with Go's text.
Json decode(const std::string& body, const char* name, const std::vector<GoField>& fields);

}  // namespace dfx::sandbox::lxd
