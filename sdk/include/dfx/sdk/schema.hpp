// Words for schemas: each makes one JSON Schema of a value.
#pragma once
#include <dfx/sdk/failure.hpp>

#include <initializer_list>
#include <string>
#include <utility>

namespace dfx::sdk::schema {

inline Json typed(const char* type, const std::string& description) {
  Json out = {{"type", type}};
  if (!description.empty()) out["description"] = description;
  return out;
}
inline Json text(const std::string& description = {}) { return typed("string", description); }
inline Json integer(const std::string& description = {}) { return typed("integer", description); }
inline Json boolean(const std::string& description = {}) { return typed("boolean", description); }
// A text of an x-dfx-type: size, duration, ip, cidr, url, label ...
inline Json formatted(const char* format, const std::string& description = {}) {
  Json out = text(description);
  out["x-dfx-type"] = format;
  return out;
}
inline Json words(std::initializer_list<const char*> allowed, const std::string& description = {}) {
  Json out = text(description);
  out["enum"] = Json::array();
  for (const char* word : allowed) out["enum"].push_back(word);
  return out;
}
inline Json list(const Json& items, const std::string& description = {}) {
  Json out = typed("array", description);
  out["items"] = items;
  return out;
}
inline Json map(const Json& values, const std::string& description = {}) {
  Json out = typed("object", description);
  out["additionalProperties"] = values;
  return out;
}
inline Json object(const Json& properties, std::initializer_list<const char*> required = {},
                   const std::string& description = {}) {
  Json out = typed("object", description);
  out["properties"] = properties;
  if (required.size() != 0) out["required"] = Json::array();
  for (const char* key : required) out["required"].push_back(key);
  return out;
}
// The value with one more word, such as "x-dfx-immutable".
inline Json with(Json schema, const char* word, const Json& value = true) {
  schema[word] = value;
  return schema;
}
inline Json immutable(Json schema) { return with(std::move(schema), "x-dfx-immutable"); }
inline Json create_only(Json schema) { return with(std::move(schema), "x-dfx-create-only"); }
inline Json secret(Json schema) { return with(std::move(schema), "x-dfx-secret"); }

}  // namespace dfx::sdk::schema
