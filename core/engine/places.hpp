// Where people find in the stack file what a problem of an address is about.
#pragma once
#include "core/config/stack.hpp"
#include "core/plan/plan.hpp"

namespace dfx {

// Gives a problem that has an address and no place the place of the setting that its resource came from, else that
// of its component's key. Leaves alone what the stack file does not hold. [any]
void locate(Diagnostic& problem, const Plan& plan, const Stack& stack);
void locate(Diagnostics& problems, const Plan& plan, const Stack& stack);

}  // namespace dfx
