// Checking values that have no place: what plugins make.
#include <algorithm>

#include "core/config/rule.hpp"
#include "core/model/encode.hpp"
#include "core/model/suggest.hpp"

namespace dfx {
namespace {

bool has_type(ValueType type, const Json& value) {
  switch (type) {
    case ValueType::any: return true;
    case ValueType::null: return value.is_null();
    case ValueType::boolean: return value.is_boolean();
    case ValueType::integer: return value.is_number_integer();
    case ValueType::number: return value.is_number();
    case ValueType::string: return value.is_string();
    case ValueType::array: return value.is_array();
    case ValueType::object: return value.is_object();
  }
  return true;
}

void complain(Diagnostics& problems, const std::string& at, const std::string& why, const std::string& help = "") {
  Diagnostic& d = problems.error("schema.mismatch", "a value does not fit its schema");
  d.detail = (at.empty() ? "/" : at) + ": " + why;
  d.help = help;
}

void walk(const Rule& rule, const Json& value, const std::string& at, Diagnostics& problems);

void walk_object(const Rule& rule, const Json& value, const std::string& at, Diagnostics& problems) {
  for (const auto& [key, inner] : value.items()) {
    if (rule.property_names)
      if (const std::string why = refuse_scalar(*rule.property_names, key); !why.empty()) complain(problems, at + "/" + key, why);
    const auto found = rule.properties.find(key);
    if (found != rule.properties.end()) walk(*found->second, inner, at + "/" + key, problems);
    else if (rule.additional) walk(*rule.additional, inner, at + "/" + key, problems);
    else if (!rule.additional_any) {
      std::vector<std::string> names;
      for (const auto& [name, r] : rule.properties) names.push_back(name);
      const auto near = suggest(key, names);
      complain(problems, at, "unknown key `" + key + "`", near ? "did you mean `" + *near + "`?" : "");
    }
  }
  for (const std::string& key : rule.required)
    if (!value.contains(key)) complain(problems, at, "`" + key + "` is missing");
}

bool fits_one(const Rule& rule, const Json& value) {
  return std::any_of(rule.alternatives.begin(), rule.alternatives.end(), [&](const auto& a) {
    Diagnostics tried;
    walk(*a, value, "", tried);
    return !tried.has_errors();
  });
}

bool holds_node(const Json& value) {
  return is_dfx_node(value) || (value.is_structured() && std::any_of(value.begin(), value.end(), holds_node));
}

void walk(const Rule& rule, const Json& value, const std::string& at, Diagnostics& problems) {
  if (rule.known && holds_node(value)) {
    complain(problems, at, "it must be known at plan, and refers to something that comes later");
    return;
  }
  if (is_dfx_node(value) || (value.is_null() && rule.nullable)) return;
  if (!rule.alternatives.empty()) {
    if (!fits_one(rule, value)) complain(problems, at, "it fits none of the allowed forms");
    return;
  }
  if (!has_type(rule.type, value)) {
    complain(problems, at, std::string("it must be of type ") + to_string(rule.type));
    return;
  }
  if (value.is_object() && rule.type == ValueType::object) walk_object(rule, value, at, problems);
  if (value.is_array() && rule.items)
    for (std::size_t i = 0; i < value.size(); ++i) walk(*rule.items, value[i], at + "/" + std::to_string(i), problems);
  if (value.is_structured()) return;
  const std::string why = refuse_scalar(rule, value);
  if (!why.empty()) complain(problems, at, why);
}

}  // namespace

Diagnostics validate_value(const Rule& rule, const Json& value) {
  Diagnostics problems;
  walk(rule, value, "", problems);
  return problems;
}

}  // namespace dfx
