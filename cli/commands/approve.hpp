// Who agrees to a plan, and how: nobody for nothing, a yes for changes, the stack's name for what loses data.
#pragma once
#include "cli/context.hpp"
#include "core/plan/plan.hpp"

namespace dfx {

// Before anything is looked at: is there a way to agree at all, and is `--confirm` this stack's name? Throws Error.
void check_agreement(Context& context, bool destroy);

// True if the plan may run. Throws Error "usage.confirm-needed" if data would be lost and nobody said its stack's name.
bool approve(Context& context, const Plan& plan);

}  // namespace dfx
