// The schemas of the file's top level and of a component's envelope.
#include "core/config/stack.hpp"

namespace dfx {
namespace {

Json text(const char* description) { return {{"type", "string"}, {"description", description}}; }
Json anything(const char* description) { return {{"type", "object"}, {"additionalProperties", true}, {"description", description}}; }

Json secret_source() {
  const auto only = [](const char* key, const Json& schema) {
    return Json{{"type", "object"}, {"properties", {{key, schema}}}, {"required", {key}}};
  };
  return {{"oneOf",
           {only("env", text("the environment variable that holds it")), only("file", text("the file that holds it")),
            only("command", {{"type", "array"}, {"items", {{"type", "string"}}}, {"minItems", 1}, {"description", "the program and its arguments that print it"}}),
            only("generate", {{"type", "object"}, {"properties", {{"length", {{"type", "integer"}, {"minimum", 8}, {"maximum", 1024}, {"default", 32}}}}}, {"description", "made once and kept sealed in the state"}})}}};
}

// All of it must be known from the file.
Json make_envelope_schema() {
  Json out = {{"type", "object"},
          {"properties",
           {{"plugin", text("the plugin that makes it; the component's name if nothing is said")},
            {"enabled", {{"type", "boolean"}, {"default", true}, {"description", "false takes everything of it away, in order"}}},
            {"uses", {{"type", "object"}, {"additionalProperties", {{"type", "string"}}}, {"description", "capability: the component that provides it, where several do"}}},
            {"protect", {{"type", "boolean"}, {"default", false}, {"description", "true: nothing of it is ever deleted"}}},
            {"on_delete", {{"type", "string"}, {"enum", {"keep", "delete"}}, {"description", "what becomes of data that is not wanted any more"}}},
            {"on_conflict", {{"type", "string"}, {"enum", {"stop", "take", "yield"}}, {"default", "stop"}, {"description", "what to do about objects that others made"}}},
            {"ignore", {{"type", "array"}, {"items", {{"type", "string"}}}, {"description", "paths whose differences are left alone"}}},
            {"timeouts", {{"type", "object"},
                          {"properties", {{"create", {{"type", "string"}, {"x-dfx-type", "duration"}}}, {"update", {{"type", "string"}, {"x-dfx-type", "duration"}}}, {"delete", {{"type", "string"}, {"x-dfx-type", "duration"}}}}},
                          {"description", "how long an operation may take"}}},
            {"adopt", {{"type", "object"}, {"additionalProperties", {{"type", "string"}}}, {"description", "address: id of an existing object to take over"}}}}}};
  for (auto& [key, schema] : out["properties"].items()) schema["x-dfx-known"] = true;
  return out;
}

Json make_stack_schema() {
  return {{"type", "object"},
          {"required", {"dfx", "stack"}},
          {"properties",
           {{"dfx", {{"type", "integer"}, {"const", 1}, {"description", "the format of this file: 1"}}},
            {"stack", {{"type", "string"}, {"x-dfx-type", "label"}, {"description", "the stack's name"}}},
            {"default_environment", text("the environment that is meant when none is said")},
            {"vars", anything("values for ${var.x}")},
            {"secrets", {{"type", "object"}, {"additionalProperties", secret_source()}, {"description", "where secrets come from"}}},
            {"components", {{"type", "object"}, {"propertyNames", {{"type", "string"}, {"x-dfx-type", "label"}}}, {"additionalProperties", true}, {"description", "what the stack is made of"}}},
            {"environments", {{"type", "object"}, {"additionalProperties", true}, {"description", "what differs per environment"}}},
            {"moved", {{"type", "array"},
                       {"items", {{"type", "object"}, {"properties", {{"from", {{"type", "string"}}}, {"to", {{"type", "string"}}}}}, {"required", {"from", "to"}}}},
                       {"description", "addresses or components that have a new name"}}},
            {"recipients", {{"type", "array"}, {"items", {{"type", "string"}, {"pattern", "age1[0-9a-z]+"}}}, {"description", "who else can open sealed secrets"}}},
            {"sandbox", {{"type", "boolean"}, {"default", false}, {"description", "true: everything runs against simulators"}}}}}};
}

}  // namespace

const Json& stack_schema() {
  static const Json schema = make_stack_schema();
  return schema;
}

const Json& envelope_schema() {
  static const Json schema = make_envelope_schema();
  return schema;
}

const std::vector<std::string>& envelope_keys() {
  static const std::vector<std::string> keys = [] {
    std::vector<std::string> out;
    for (const auto& [key, value] : envelope_schema()["properties"].items()) out.push_back(key);
    return out;
  }();
  return keys;
}

const std::vector<std::string>& reserved_stack_keys() {
  static const std::vector<std::string> keys = {"backup", "network", "plugins", "state"};
  return keys;
}

const std::vector<std::string>& reserved_envelope_keys() {
  static const std::vector<std::string> keys = {"patches", "values", "version"};
  return keys;
}

}  // namespace dfx
