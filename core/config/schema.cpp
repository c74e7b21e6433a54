#include "core/config/schema.hpp"

#include "core/config/rule.hpp"

namespace dfx {

Schema::Schema(const Json& schema) : x_root(compile_rule(schema)) {}

Json Schema::convert(const Node& node, const ConvertOptions& options, Diagnostics& problems) const {
  return convert_node(*x_root, node, options, problems);
}

Diagnostics Schema::validate(const Json& value) const { return validate_value(*x_root, value); }

Diagnostics Schema::validate_text(std::string_view json) const {
  if (surely_fits(*x_root, json)) return {};
  return validate(parse_json(json));
}

Json convert(const Node& node, const Json& schema, const ConvertOptions& options, Diagnostics& problems) {
  return Schema(schema).convert(node, options, problems);
}

Diagnostics validate(const Json& value, const Json& schema) { return Schema(schema).validate(value); }

}  // namespace dfx
