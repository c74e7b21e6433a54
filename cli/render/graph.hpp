// What depends on what, as a tree for people and as DOT for Graphviz.
#pragma once
#include <vector>

#include "cli/render/terminal.hpp"
#include "core/model/json.hpp"
#include "core/model/resource.hpp"

namespace dfx {

// Each resource once, under the last of what it needs; whatever else it needs is named beside it.
void render_tree(Terminal& to, const std::vector<Resource>& resources);
void render_dot(Terminal& to, const std::vector<Resource>& resources);
Json graph_json(const std::vector<Resource>& resources);

}  // namespace dfx
