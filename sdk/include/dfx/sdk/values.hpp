// Small helpers over JSON that every kind needs, and the lines that answer a batch.
#pragma once
#include <dfx/sdk/failure.hpp>

#include <string>

namespace dfx::sdk {

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

// {"address": …, "result": result, "message": …, "help": what to do about that}
inline Json line_for(const Json& item, const char* result, const std::string& message = {}, const std::string& help = {}) {
  Json line = {{"address", item.at("address")}, {"result", result}};
  if (!message.empty()) line["message"] = message;
  if (!help.empty()) line["help"] = help;
  return line;
}

// A member of an item's `desired`.
inline std::string wanted_text(const Json& item, const char* key) { return text_at(item.at("desired"), key); }

// What is wanted, with each leaf replaced by what is there, or null: the shape in which a read shows an
// object. A list or a node is a leaf.
inline Json shaped_like(const Json& wanted, const Json& there) {
  if (!wanted.is_object() || is_node(wanted)) return there;
  Json out = Json::object();
  for (const auto& [key, value] : wanted.items()) {
    const bool has = there.is_object() && there.contains(key);
    out[key] = shaped_like(value, has ? there.at(key) : Json());
  }
  return out;
}

}  // namespace dfx::sdk
