// Small helpers over JSON that every kind needs.
#pragma once
#include <dfx/sdk.hpp>

#include <string>

namespace dfx::lxd {

using sdk::Json;

// The member as text; empty if it is not there or no text.
inline std::string text_at(const Json& object, const char* key) {
  if (!object.is_object()) return {};
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// The member, or an empty object if it is not there, null or something else. Borrowed from `object`.
inline const Json& object_at(const Json& object, const char* key) {
  static const Json k_empty = Json::object();
  if (!object.is_object()) return k_empty;
  const auto found = object.find(key);
  return found != object.end() && found->is_object() ? *found : k_empty;
}

// Is this a `$dfx` node, whose value only the core or the host knows?
inline bool is_node(const Json& value) {
  return value.is_object() && value.size() == 1 && value.contains("$dfx");
}

// {"$dfx": {"ref": address, "path": path}}
inline Json reference(const std::string& address, const std::string& path) {
  return {{"$dfx", {{"ref", address}, {"path", path}}}};
}

}  // namespace dfx::lxd
