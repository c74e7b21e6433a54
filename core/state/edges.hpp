// Edges as one short text: a word of one letter, a space and the address on each line.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/model/resource.hpp"

namespace dfx {

std::string write_edges(const std::vector<Edge>& edges);
// Throws Error "state.corrupt".
std::vector<Edge> read_edges(std::string_view text);

}  // namespace dfx
