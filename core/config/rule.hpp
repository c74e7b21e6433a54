// A compiled schema: what Schema is made of.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/schema.hpp"

namespace dfx {

enum class ValueType { any, null, boolean, integer, number, string, array, object };
const char* to_string(ValueType);

// Immutable after compile_rule().
struct Rule {
  ValueType type = ValueType::any;
  bool nullable = false;
  std::map<std::string, std::shared_ptr<const Rule>, std::less<>> properties;
  std::vector<std::string> required;
  std::shared_ptr<const Rule> additional;  // null: not allowed
  bool additional_any = false;
  std::shared_ptr<const Rule> property_names;
  std::shared_ptr<const Rule> items;
  std::vector<std::shared_ptr<const Rule>> alternatives;  // oneOf or anyOf
  Json allowed;                             // enum or const: array; null: anything
  std::optional<std::regex> pattern;
  std::string pattern_text;
  std::optional<double> minimum, maximum;
  std::optional<std::size_t> min_length, max_length, min_items, max_items;
  std::optional<Json> fallback;             // "default"
  std::string format;                       // x-dfx-type
  std::string description;
  bool secret = false;
  bool known = false;                       // no ${component.output} here or below
};

// Throws Error "schema.invalid" with the JSON pointer of what is wrong.
std::shared_ptr<const Rule> compile_rule(const Json& schema);

Json convert_node(const Rule& rule, const Node& node, const ConvertOptions& options, Diagnostics& problems);
Diagnostics validate_value(const Rule& rule, const Json& value);
// True: JSON text of that value fits. False: it may not; parse it and look.
bool surely_fits(const Rule& rule, std::string_view raw);

// Why a scalar is not what the rule asks for; empty if it is. `text` is the scalar as text, `value` as JSON.
std::string refuse_scalar(const Rule& rule, const Json& value);
// Empty if the text has that x-dfx-type.
std::string refuse_format(const std::string& format, const std::string& text);

}  // namespace dfx
