// A plan as a person reads it: calm, one line per operation, what changes under it, the count at the end.
#pragma once
#include "cli/render/terminal.hpp"
#include "core/plan/plan.hpp"

namespace dfx {

// Everything that would happen. Unchanged resources are only counted.
void render(Terminal& to, const Plan& plan);

// All about one address: values, reasons, confidence, what comes before it. False if the plan does not know it.
bool render_explanation(Terminal& to, const Plan& plan, const std::string& address);

// "3 to create, 1 to update"; "nothing to do".
std::string summary_text(const Plan& plan);

// Resources of dfx's own that are as they should be; lookups and checks do not count.
std::size_t unchanged_count(const Plan& plan);

// Operations whose delete or replacement loses data.
std::vector<std::string> severe_losses(const Plan& plan);

}  // namespace dfx
