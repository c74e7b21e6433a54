// Is this text sound JSON? Answered without building a tree: bulk answers of plugins are mostly stored as they came.
#pragma once
#include <string>
#include <string_view>

namespace dfx {

// Empty if `text` is exactly one JSON value: grammar, UTF-8, surrogates, integers within 64 bits, nesting. Otherwise
// what is wrong and at which byte; never a part of the text. Equal keys are left to parse_json. [any]
std::string json_problem(std::string_view text, int max_depth = 128);

}  // namespace dfx
