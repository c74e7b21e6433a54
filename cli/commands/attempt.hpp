// What plan, apply and destroy have in common: from the stack to a plan, from a plan to its end.
#pragma once
#include <string>
#include <vector>

#include "cli/context.hpp"
#include "core/plan/plan.hpp"

namespace dfx {

// "Plan for home, environment sandbox (simulated)", at once: what comes next may take a while.
void show_heading(Context& context, Terminal& to, const std::string& what);

// The plan, with `--replace` looked up. Throws Error.
Plan make_plan(Context& context, Access access, bool destroy);

std::vector<std::string> addresses_of(const Plan& plan);

// Plan, show, ask, do, report. `command` is "apply" or "destroy".
ExitCode attempt(Context& context, const std::string& command);

}  // namespace dfx
