// Compiling: every word of a schema is known, or the schema is refused.
#include "core/config/rule.hpp"

#include <set>

namespace dfx {
namespace {

[[noreturn]] void refuse(const std::string& at, const std::string& why) {
  throw Error("schema.invalid", "a schema cannot be used", (at.empty() ? "/" : at) + ": " + why, "this is a bug of the plugin that brings it");
}

ValueType type_from(const std::string& word, const std::string& at) {
  for (ValueType t : {ValueType::null, ValueType::boolean, ValueType::integer, ValueType::number, ValueType::string,
                      ValueType::array, ValueType::object})
    if (word == to_string(t)) return t;
  refuse(at, "`" + word + "` is no type");
}

const std::set<std::string> k_formats = {"size", "duration", "ip", "cidr", "version", "label", "path", "url"};

class Compiler {
 public:
  explicit Compiler(const Json& root) : x_root(root) {}

  std::shared_ptr<const Rule> compile(const Json& schema, const std::string& at) {
    if (schema.is_boolean()) return std::make_shared<Rule>();
    if (!schema.is_object()) refuse(at, "a schema is an object");
    if (schema.contains("$ref")) return reference(schema["$ref"].get<std::string>(), at);
    auto rule = std::make_shared<Rule>();
    for (const auto& [word, value] : schema.items()) take(*rule, word, value, at + "/" + word);
    if (rule->type == ValueType::any && (!rule->properties.empty() || rule->additional)) rule->type = ValueType::object;
    if (rule->type == ValueType::object && !schema.contains("properties") && !schema.contains("additionalProperties") && !schema.contains("oneOf"))
      rule->additional_any = true;
    return rule;
  }

 private:
  std::shared_ptr<const Rule> reference(const std::string& to, const std::string& at) {
    if (to.compare(0, 8, "#/$defs/") != 0 || !x_root.contains("$defs") || !x_root["$defs"].contains(to.substr(8)))
      refuse(at, "`" + to + "` leads nowhere");
    if (!x_open.insert(to).second) refuse(at, "`" + to + "` refers to itself");
    auto rule = compile(x_root["$defs"][to.substr(8)], "/$defs/" + to.substr(8));
    x_open.erase(to);
    return rule;
  }

  void take(Rule& rule, const std::string& word, const Json& value, const std::string& at) {
    static const std::set<std::string> silent = {"title",    "examples",           "$defs",           "$schema",        "$id",
                                                 "discriminator", "x-dfx-immutable", "x-dfx-create-only"};
    if (silent.count(word) != 0 || take_structure(rule, word, value, at) || take_limit(rule, word, value)) return;
    if (word == "type") take_type(rule, value, at);
    else if (word == "description") rule.description = value.get<std::string>();
    else if (word == "default") rule.fallback = value;
    else if (word == "enum") rule.allowed = value;
    else if (word == "const") rule.allowed = Json::array({value});
    else if (word == "pattern") take_pattern(rule, value.get<std::string>(), at);
    else if (word == "x-dfx-type") take_format(rule, value.get<std::string>(), at);
    else if (word == "x-dfx-secret") rule.secret = value.get<bool>();
    else if (word == "x-dfx-known") rule.known = value.get<bool>();
    else refuse(at, "`" + word + "` is no word of a schema");
  }

  bool take_structure(Rule& rule, const std::string& word, const Json& value, const std::string& at) {
    if (word == "properties") {
      for (const auto& [key, inner] : value.items()) rule.properties[key] = compile(inner, at + "/" + key);
    } else if (word == "required") {
      rule.required = value.get<std::vector<std::string>>();
    } else if (word == "additionalProperties") {
      rule.additional_any = value.is_boolean() && value.get<bool>();
      if (value.is_object()) rule.additional = compile(value, at);
    } else if (word == "propertyNames") {
      rule.property_names = compile(value, at);
    } else if (word == "items") {
      rule.items = compile(value, at);
    } else if (word == "oneOf" || word == "anyOf") {
      for (std::size_t i = 0; i < value.size(); ++i) rule.alternatives.push_back(compile(value[i], at + "/" + std::to_string(i)));
    } else {
      return false;
    }
    return true;
  }

  static bool take_limit(Rule& rule, const std::string& word, const Json& value) {
    if (word == "minimum") rule.minimum = value.get<double>();
    else if (word == "maximum") rule.maximum = value.get<double>();
    else if (word == "minLength") rule.min_length = value.get<std::size_t>();
    else if (word == "maxLength") rule.max_length = value.get<std::size_t>();
    else if (word == "minItems") rule.min_items = value.get<std::size_t>();
    else if (word == "maxItems") rule.max_items = value.get<std::size_t>();
    else return false;
    return true;
  }

  static void take_type(Rule& rule, const Json& value, const std::string& at) {
    for (const Json& word : value.is_array() ? value : Json::array({value})) {
      const ValueType type = type_from(word.get<std::string>(), at);
      if (type == ValueType::null) rule.nullable = true;
      else if (rule.type == ValueType::any) rule.type = type;
      else refuse(at, "one type, and null beside it");
    }
  }

  static void take_pattern(Rule& rule, const std::string& pattern, const std::string& at) {
    try {
      rule.pattern.emplace(pattern, std::regex::ECMAScript | std::regex::optimize);
      rule.pattern_text = pattern;
    } catch (const std::regex_error&) {
      refuse(at, "`" + pattern + "` is no pattern");
    }
  }

  static void take_format(Rule& rule, const std::string& format, const std::string& at) {
    if (k_formats.count(format) == 0) refuse(at, "`" + format + "` is no x-dfx-type");
    rule.format = format;
  }

  const Json& x_root;
  std::set<std::string> x_open;
};

}  // namespace

const char* to_string(ValueType t) {
  switch (t) {
    case ValueType::any: return "any";
    case ValueType::null: return "null";
    case ValueType::boolean: return "boolean";
    case ValueType::integer: return "integer";
    case ValueType::number: return "number";
    case ValueType::string: return "string";
    case ValueType::array: return "array";
    case ValueType::object: return "object";
  }
  return "any";
}

std::shared_ptr<const Rule> compile_rule(const Json& schema) {
  try {
    return Compiler(schema).compile(schema, "");
  } catch (const Json::exception& e) {
    throw Error("schema.invalid", "a schema cannot be used", e.what(), "this is a bug of the plugin that brings it");
  }
}

}  // namespace dfx
