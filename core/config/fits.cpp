// Does a value fit, seen from its text alone? The usual answer is yes, and a tree would cost more than the look.
#include <algorithm>

#include "core/config/rule.hpp"
#include "core/model/json_scan.hpp"

namespace dfx {
namespace {

bool is_node(std::string_view raw) { return raw.substr(0, 7) == "{\"$dfx\""; }

bool is_number(std::string_view raw, bool whole) {
  const std::string_view digits = raw.substr(!raw.empty() && raw[0] == '-' ? 1 : 0);
  if (digits.empty() || digits.size() > 15) return false;
  return digits.find_first_not_of(whole ? "0123456789" : "0123456789.eE+-") == std::string_view::npos;
}

bool has_limits(const Rule& rule) {
  return rule.allowed.is_array() || rule.pattern || rule.minimum || rule.maximum || rule.min_length || rule.max_length ||
         rule.min_items || rule.max_items || !rule.format.empty();
}

bool object_fits(const Rule& rule, std::string_view raw) {
  if (rule.property_names) return false;
  bool good = true;
  std::size_t required = 0;
  const bool sound = scan_members(raw, [&](std::string_view key, std::string_view value) {
    const auto found = rule.properties.find(key);
    if (found != rule.properties.end()) good = good && surely_fits(*found->second, value);
    else if (rule.additional) good = good && surely_fits(*rule.additional, value);
    else good = good && rule.additional_any;
    required += std::count(rule.required.begin(), rule.required.end(), key) != 0 ? 1 : 0;
  });
  return sound && good && required == rule.required.size();
}

bool array_fits(const Rule& rule, std::string_view raw) {
  bool good = true;
  return scan_items(raw, [&](std::string_view value) { good = good && (!rule.items || surely_fits(*rule.items, value)); }) && good;
}

}  // namespace

bool surely_fits(const Rule& rule, std::string_view raw) {
  if (raw.empty() || !rule.alternatives.empty() || has_limits(rule)) return false;
  if (is_node(raw)) return !rule.known;
  if (rule.known && raw.find("\"$dfx\"") != std::string_view::npos) return false;
  switch (rule.type) {
    case ValueType::any: return true;
    case ValueType::null: return raw == "null";
    case ValueType::boolean: return raw == "true" || raw == "false";
    case ValueType::integer: return is_number(raw, true);
    case ValueType::number: return is_number(raw, false);
    case ValueType::string: return raw.front() == '"';
    case ValueType::array: return raw.front() == '[' && array_fits(rule, raw);
    case ValueType::object: return raw.front() == '{' && object_fits(rule, raw);
  }
  return false;
}

}  // namespace dfx
