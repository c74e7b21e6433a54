// An environment over the base: mappings merge key by key, null takes a key away, everything else replaces.
#pragma once
#include "core/config/node.hpp"

namespace dfx {

Node overlay(const Node& base, const Node& over);

}  // namespace dfx
