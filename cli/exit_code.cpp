#include "cli/exit_code.hpp"

#include <algorithm>

namespace dfx {
namespace {

bool starts_with(const std::string& text, const char* prefix) { return text.rfind(prefix, 0) == 0; }

// Something that the person at the keyboard wrote: a word of the command line, or a place in the stack file. What
// has an address is about the world, wherever in the file it was asked for.
bool is_input_problem(const Diagnostic& d) {
  for (const char* prefix : {"config.", "usage.", "engine.", "plugin.not-installed", "sandbox.bad-faults", "state.sandbox-switched"})
    if (starts_with(d.code, prefix)) return true;
  return d.place.known() && d.address.empty() && !starts_with(d.code, "plugin.");
}

}  // namespace

const char* to_string(ExitCode code) {
  switch (code) {
    case ExitCode::ok: return "ok";
    case ExitCode::error: return "error";
    case ExitCode::changes_pending: return "changes_pending";
    case ExitCode::partly_applied: return "partly_applied";
    case ExitCode::in_doubt: return "in_doubt";
    case ExitCode::drift: return "drift";
    case ExitCode::outside_plan: return "outside_plan";
    case ExitCode::locked: return "locked";
    case ExitCode::invalid: return "invalid";
    case ExitCode::bug: return "bug";
    case ExitCode::interrupted: return "interrupted";
  }
  return "error";
}

const char* explain(ExitCode code) {
  switch (code) {
    case ExitCode::ok: return "done";
    case ExitCode::error: return "something failed; the message says what";
    case ExitCode::changes_pending: return "plan --detailed-exitcode: there is something to apply";
    case ExitCode::partly_applied: return "apply or destroy did a part; the state is safe, run it again";
    case ExitCode::in_doubt: return "nobody knows whether an effect happened; the next plan looks and says";
    case ExitCode::drift: return "plan --detailed-exitcode: only the world has changed";
    case ExitCode::outside_plan: return "it would have done more than the approved plan; plan again";
    case ExitCode::locked: return "another run holds this environment";
    case ExitCode::invalid: return "the stack file, another input or the command line is wrong";
    case ExitCode::bug: return "a bug of dfx; the crash report says where";
    case ExitCode::interrupted: return "stopped by a signal; the state is safe, run it again";
  }
  return "";
}

ExitCode exit_code_of(const Diagnostics& problems) {
  bool input = false;
  for (const Diagnostic& d : problems.list()) {
    if (d.severity != Severity::error) continue;
    if (d.code == "state.locked") return ExitCode::locked;
    if (starts_with(d.code, "internal.")) return ExitCode::bug;
    input = input || is_input_problem(d);
  }
  return input ? ExitCode::invalid : ExitCode::error;
}

ExitCode exit_code_of(const RunResult& result) {
  if (result.in_doubt > 0) return ExitCode::in_doubt;
  if (result.outside > 0) return ExitCode::outside_plan;
  if (result.interrupted) return ExitCode::interrupted;
  if (result.complete()) return ExitCode::ok;
  return did_anything(result) ? ExitCode::partly_applied : ExitCode::error;
}

bool did_anything(const RunResult& r) { return r.created + r.updated + r.replaced + r.removed + r.forgotten + r.adopted > 0; }

bool is_drift(const Operation& operation) {
  const bool leaves = std::all_of(operation.changes.begin(), operation.changes.end(),
                                  [](const LeafChange& c) { return c.cause == LeafChange::Cause::drift; });
  if (operation.action == Action::update || operation.action == Action::replace)
    return leaves && std::all_of(operation.reasons.begin(), operation.reasons.end(), [](const Reason& r) {
             return r.code == "drift" || r.code == "immutable" || r.code == "parent-replaced";
           });
  if (operation.action != Action::create) return false;
  return std::any_of(operation.reasons.begin(), operation.reasons.end(),
                     [](const Reason& r) { return r.code == "gone"; });
}

ExitCode exit_code_of(const Plan& plan) {
  // What could not be looked at may hide anything: unreachable is neither absent nor unchanged.
  if (std::any_of(plan.operations.begin(), plan.operations.end(), [](const Operation& o) { return !o.blocked.empty(); }))
    return ExitCode::error;
  if (!plan.has_changes()) return ExitCode::ok;
  const bool only_drift = std::all_of(plan.operations.begin(), plan.operations.end(), [](const Operation& o) {
    return o.action == Action::none || is_drift(o);
  });
  return only_drift ? ExitCode::drift : ExitCode::changes_pending;
}

}  // namespace dfx
