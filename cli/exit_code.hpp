// How commands end. Part of the command line's promise: docs/diagnostics.md says the same.
#pragma once
#include <array>
#include <string>

#include "core/exec/executor.hpp"
#include "core/model/diagnostics.hpp"
#include "core/plan/plan.hpp"

namespace dfx {

enum class ExitCode {
  ok = 0,
  error = 1,
  changes_pending = 2,  // plan --detailed-exitcode
  partly_applied = 3,   // state is safe, the same command goes on
  in_doubt = 4,         // nobody knows whether an effect happened
  drift = 5,            // plan --detailed-exitcode: only the world has changed
  outside_plan = 6,     // apply would have had to do more than was approved
  locked = 7,
  invalid = 8,          // input or usage
  bug = 70,
  interrupted = 130,    // state is safe
};
inline constexpr std::array k_exit_codes{ExitCode::ok,         ExitCode::error,  ExitCode::changes_pending, ExitCode::partly_applied,
                                         ExitCode::in_doubt,   ExitCode::drift,  ExitCode::outside_plan,    ExitCode::locked,
                                         ExitCode::invalid,    ExitCode::bug,    ExitCode::interrupted};
// The name that stands beside the number in JSON.
const char* to_string(ExitCode);
// One line for people.
const char* explain(ExitCode);

// Of an operation that could not go on.
ExitCode exit_code_of(const Diagnostics& problems);
// Of a run; the worst that applies: in doubt, outside the plan, interrupted, partly applied; error if nothing was done.
ExitCode exit_code_of(const RunResult& result);
// Did the run change anything, outside or in what is recorded?
bool did_anything(const RunResult& result);
// Of `plan --detailed-exitcode`; error if a part is blocked.
ExitCode exit_code_of(const Plan& plan);

// Is the operation there only because the world changed behind dfx's back?
bool is_drift(const Operation& operation);

}  // namespace dfx
