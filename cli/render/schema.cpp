#include "cli/render/schema.hpp"

#include <algorithm>

#include "cli/render/value.hpp"

namespace dfx {
namespace {

constexpr int k_most_hops = 24;

// Every `$ref` to "#/$defs/x" replaced by what it names: documentation is read in one place. A definition that holds
// itself is cut off.
Json inlined(const Json& root, const Json& part, int hops) {
  if (!part.is_structured() || hops == 0) return part;
  if (part.is_object() && part.contains("$ref") && part["$ref"].is_string()) {
    const std::string ref = part["$ref"].get<std::string>();
    const Json::json_pointer pointer(ref.rfind("#/", 0) == 0 ? ref.substr(1) : "");
    if (pointer.empty() || !root.contains(pointer)) return part;
    Json out = inlined(root, root.at(pointer), hops - 1);
    for (const auto& [key, value] : part.items())
      if (key != "$ref") out[key] = value;
    return out;
  }
  Json out = part;
  if (out.is_object()) out.erase("$defs");
  for (Json& inner : out) inner = inlined(root, inner, hops - 1);
  return out;
}

const Json* values_of(const Json& schema) {
  const auto found = schema.find("additionalProperties");
  return found != schema.end() && found->is_object() ? &*found : nullptr;
}

// The schema itself and what it leaves open.
std::vector<Json> choices_of(const Json& schema) {
  std::vector<Json> out{schema};
  for (const char* word : {"oneOf", "anyOf"})
    if (schema.contains(word)) out.insert(out.end(), schema[word].begin(), schema[word].end());
  return out;
}

std::string base_type(const Json& schema) {
  if (schema.contains("const")) return "always " + value_text(schema["const"]);
  if (schema.contains("enum")) {
    std::string out;
    for (const Json& word : schema["enum"])
      out += (out.empty() ? "" : ", ") + (word.is_string() ? word.get<std::string>() : value_text(word));
    return "one of: " + out;
  }
  if (schema.contains("x-dfx-type")) return schema["x-dfx-type"].get<std::string>();
  const auto type = schema.find("type");
  const std::string name = type == schema.end() ? "" : type->is_string() ? type->get<std::string>() : (*type)[0].get<std::string>();
  if (name == "string") return "text";
  if (name == "boolean") return "true or false";
  if (name == "integer") return "whole number";
  if (name == "array") return schema.contains("items") ? "list of " + base_type(schema["items"]) : "list";
  if (name == "object") {
    const Json* values = values_of(schema);
    if (values == nullptr) return "mapping";
    const std::string inner = base_type(*values);
    return inner == "mapping" ? "map" : "map of " + inner;
  }
  for (const char* word : {"oneOf", "anyOf"})
    if (schema.contains(word)) {
      std::vector<std::string> names;
      for (const Json& choice : schema[word])
        if (std::find(names.begin(), names.end(), base_type(choice)) == names.end()) names.push_back(base_type(choice));
      std::string out;
      for (const std::string& one : names) out += (out.empty() ? "" : " or ") + one;
      return out;
    }
  return name.empty() ? "anything" : name;
}

std::string range_text(const Json& schema) {
  const auto number = [&](const char* key) { return schema.contains(key) ? value_text(schema[key]) : ""; };
  const std::string least = number("minimum"), most = number("maximum");
  if (!least.empty() && !most.empty()) return least + " to " + most;
  if (!least.empty()) return "at least " + least;
  return most.empty() ? "" : "at most " + most;
}

class Writer {
 public:
  explicit Writer(Terminal& to) : x_to(to) {}

  // `choice`: of one of several forms, so what it needs is needed only if this form is chosen.
  void members(const Json& schema, std::size_t indent, std::size_t depth, bool choice = false) {
    if (depth == 0 || !schema.is_object()) return;
    for (const char* word : {"oneOf", "anyOf"})
      if (schema.contains(word))
        for (const Json& one : schema[word]) members(one, indent, depth, true);
    const std::vector<std::string> needed = schema.value("required", std::vector<std::string>());
    if (schema.contains("properties"))
      for (const auto& [name, part] : schema["properties"].items())
        member(name, part, std::find(needed.begin(), needed.end(), name) == needed.end() ? "" : choice ? ", this or another" : ", required",
               indent, depth);
    if (const Json* values = values_of(schema); values != nullptr && has_members(*values))
      member("<name>", *values, "", indent, depth);
    if (schema.contains("items") && has_members(schema["items"])) member("-", schema["items"], "", indent, depth);
  }

 private:
  static bool has_members(const Json& schema) {
    return schema.is_object() && (schema.contains("properties") || schema.contains("oneOf") || values_of(schema) != nullptr);
  }

  void member(const std::string& name, const Json& schema, const char* need, std::size_t indent, std::size_t depth) {
    const std::string margin(indent, ' ');
    const std::string notes = type_text(schema) + need;
    x_to.out() << margin << x_to.paint(Style::bold, display(name)) << "  " << x_to.paint(Style::cyan, display(notes)) << '\n';
    const std::string words = schema.value("description", "");
    const std::size_t room = std::max(std::size_t{40}, std::min<std::size_t>(x_to.width(), 100) - std::min<std::size_t>(indent + 4, 60));
    for (const std::string& line : wrap(words, room)) x_to.out() << margin << "    " << line << '\n';
    members(schema, indent + 4, depth - 1);
  }

  Terminal& x_to;
};

}  // namespace

std::string type_text(const Json& schema) {
  if (!schema.is_object()) return "anything";
  std::string out = base_type(schema);
  const std::string range = range_text(schema);
  if (!range.empty()) out += ", " + range;
  if (schema.contains("default")) out += ", default " + (schema["default"].is_string() ? schema["default"].get<std::string>() : value_text(schema["default"]));
  if (schema.value("x-dfx-secret", false)) out += ", secret";
  if (schema.value("x-dfx-immutable", false)) out += ", a change replaces";
  if (schema.value("x-dfx-create-only", false)) out += ", used at creation only";
  return out;
}

std::optional<Json> schema_at(const Json& schema, const std::vector<std::string>& path, std::vector<std::string>& known) {
  Json at = inlined(schema, schema, k_most_hops);
  for (const std::string& word : path) {
    if (at.contains("items")) at = Json(at["items"]);
    known.clear();
    std::optional<Json> next;
    for (const Json& choice : choices_of(at)) {
      if (!choice.contains("properties")) continue;
      for (const auto& [name, part] : choice["properties"].items()) {
        known.push_back(name);
        if (name == word) next = part;
      }
    }
    if (next) {
      at = std::move(*next);
      continue;
    }
    const Json* values = values_of(at);
    if (values == nullptr) return std::nullopt;
    at = Json(*values);
    // The name of a member may be left out: lxd.machines.cpu is lxd.machines.<name>.cpu.
    const bool is_name = word == "<name>" || word == "*" || &word != &path.back();
    const auto inner = is_name ? std::nullopt : schema_at(at, {word}, known);
    if (inner) return inner;
    if (!is_name && at.contains("properties")) return std::nullopt;
  }
  return at;
}

void render_schema(Terminal& to, const Json& schema, std::size_t depth) {
  Writer(to).members(inlined(schema, schema, k_most_hops), 2, depth);
}

}  // namespace dfx
