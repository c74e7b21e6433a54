// Questions to a person. Without a terminal nothing is asked: the error says what to pass instead.
#pragma once
#include <string>

#include "cli/context.hpp"

namespace dfx {

// True for "yes" or "y". Enter alone and the end of input mean no. REQUIRES: can_ask.
bool ask_yes(Context& context, const std::string& question);

// True if exactly `name` is typed. REQUIRES: can_ask.
bool ask_name(Context& context, const std::string& question, const std::string& name);

// Throws Error "usage.no-terminal" if there is neither `--yes` nor somebody to ask.
void require_answer(const Context& context, const std::string& what);

}  // namespace dfx
