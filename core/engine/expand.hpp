// Settings into resources: what each component's plugin makes of them.
#pragma once
#include "core/engine/engine.hpp"
#include "core/plan/caller.hpp"

namespace dfx {

// Throws Error with every problem of settings, bindings and expansions that could be found.
Expanded expand_stack(const Caller& caller, const EngineParts& parts, const Stack& stack);

}  // namespace dfx
