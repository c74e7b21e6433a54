#include "sandbox/lxd/go_json.hpp"

#include <strings.h>

#include "sandbox/lxd/context.hpp"
#include "sandbox/lxd/go_scan.hpp"

namespace dfx::sandbox::lxd {
namespace {

const char* kind_of(const Json& value) {
  if (value.is_object()) return "object";
  if (value.is_array()) return "array";
  if (value.is_string()) return "string";
  return value.is_boolean() ? "bool" : "number";
}

struct Where {
  std::string structure;  // innermost Go type, without its package
  std::string path;       // "source.alias"
};

[[noreturn]] void misfit(const Json& value, const Where& where, const std::string& type) {
  std::string kind = kind_of(value);
  if (type == "int" && value.is_number_float()) kind += " " + value.dump();
  throw Refusal{400, "json: cannot unmarshal " + kind + " into Go struct field " + where.structure + "." +
                         where.path + " of type " + type};
}

Json text_of(const Json& value, const Where& where) {
  if (value.is_null()) return "";
  if (!value.is_string()) misfit(value, where, "string");
  return value;
}

Json texts_of(const Json& value, const Where& where) {
  if (!value.is_array()) misfit(value, where, "[]string");
  Json list = Json::array();
  for (const auto& item : value) list.push_back(text_of(item, where));
  return list;
}

Json text_map_of(const Json& value, const Where& where) {
  if (!value.is_object()) misfit(value, where, "map[string]string");
  Json map = Json::object();
  for (const auto& [key, item] : value.items()) map[key] = text_of(item, where);
  return map;
}

Json text_map_map_of(const Json& value, const Where& where) {
  if (!value.is_object()) misfit(value, where, "map[string]map[string]string");
  Json map = Json::object();
  for (const auto& [key, item] : value.items()) {
    map[key] = item.is_null() ? Json::object() : text_map_of(item, where);
  }
  return map;
}

Json fields_of(const Json& value, const Where& where, const std::vector<GoField>& fields);

// Go finds a field whatever the case of its name.
Json::const_iterator find_field(const Json& value, const char* name) {
  auto found = value.find(name);
  for (auto item = value.begin(); found == value.end() && item != value.end(); ++item) {
    if (::strcasecmp(item.key().c_str(), name) == 0) found = item;
  }
  return found;
}

Json structure_of(const Json& value, const Where& where, const GoField& field, const std::string& type) {
  if (!value.is_object()) misfit(value, where, type);
  const std::string name = field.structure;
  return fields_of(value, {name.substr(name.find('.') + 1), where.path}, *field.fields);
}

Json structures_of(const Json& value, const Where& where, const GoField& field) {
  if (!value.is_array()) misfit(value, where, std::string("[]") + field.structure);
  Json list = Json::array();
  for (const auto& item : value) list.push_back(structure_of(item, where, field, field.structure));
  return list;
}

Json value_of(const Json& value, const Where& where, const GoField& field) {
  switch (field.type) {
    case GoType::any: return value;
    case GoType::text: return text_of(value, where);
    case GoType::texts: return texts_of(value, where);
    case GoType::text_map: return text_map_of(value, where);
    case GoType::text_map_map: return text_map_map_of(value, where);
    case GoType::structure: return structure_of(value, where, field, field.structure);
    case GoType::structures: return structures_of(value, where, field);
    case GoType::boolean:
      if (!value.is_boolean()) misfit(value, where, "bool");
      return value;
    case GoType::integer:
      if (!value.is_number_integer()) misfit(value, where, "int");
      return value;
  }
  return nullptr;
}

Json fields_of(const Json& value, const Where& where, const std::vector<GoField>& fields) {
  Json result = Json::object();
  for (const auto& field : fields) {
    const auto found = find_field(value, field.name);
    if (found == value.end() || found->is_null()) continue;
    const std::string path = where.path.empty() ? field.name : where.path + "." + field.name;
    result[field.name] = value_of(*found, {where.structure, path}, field);
  }
  return result;
}

Json parsed(const std::string& body) {
  const std::string_view value = first_json_value(body);
  try {
    return Json::parse(value);
  } catch (const Json::parse_error&) {
    throw Refusal{400, "invalid UTF-8 in string literal"};
  }
}

}  // namespace

Json decode(const std::string& body, const char* name, const std::vector<GoField>& fields) {
  const Json value = parsed(body);
  if (value.is_null()) return Json::object();
  if (!value.is_object()) {
    throw Refusal{400, std::string("json: cannot unmarshal ") + kind_of(value) + " into Go value of type api." + name};
  }
  return fields_of(value, {name, ""}, fields);
}

}  // namespace dfx::sandbox::lxd
