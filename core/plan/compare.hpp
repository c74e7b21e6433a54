// Leaf by leaf: what is wanted, what is there, what was sent last.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/plan/plan.hpp"

namespace dfx {

// True if `pattern` ("*" stands for any one key) names `path` or something that `path` lies in.
bool covers(std::string_view pattern, std::string_view path);

// What differs. A leaf that `observed` does not show is compared with `applied`; a leaf that both lack is a change.
// What was applied and is wanted no more is a change unless `observed` shows it as null. Create-only leaves and
// `ignore` never differ. Leaves with an unknown inside come out with cause `unknown`. What a sensitive leaf holds is
// shown as a secret node. Null pointers: nothing is known there.
std::vector<LeafChange> compare(const Kind& kind, const Json& desired, const Json* observed, const Json* applied,
                                const std::vector<std::string>& ignore = {});

}  // namespace dfx
