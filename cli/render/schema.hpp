// A schema as documentation: names, types, defaults and what is said about them.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "cli/render/terminal.hpp"
#include "core/model/json.hpp"

namespace dfx {

// The part of `schema` at a dotted path. A map's member is "<name>", any word with more behind it, or left out. Nothing
// if there is none; then `known` holds what could have stood there.
std::optional<Json> schema_at(const Json& schema, const std::vector<std::string>& path, std::vector<std::string>& known);

// Everything below, `depth` levels deep.
void render_schema(Terminal& to, const Json& schema, std::size_t depth);

// "size, required", "one of: container, virtual-machine", "map of text".
std::string type_text(const Json& schema);

}  // namespace dfx
