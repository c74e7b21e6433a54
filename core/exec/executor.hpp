// Runs an approved plan: intent, call, outcome, healthy; as much at once as edges and pools allow.
#pragma once
#include <chrono>
#include <functional>
#include <map>
#include <stop_token>
#include <string>

#include "core/exec/event.hpp"
#include "core/plan/caller.hpp"
#include "core/plan/plan.hpp"
#include "core/state/store.hpp"

namespace dfx {

struct Timeouts {
  std::chrono::milliseconds create{std::chrono::minutes(15)};
  std::chrono::milliseconds update{std::chrono::minutes(15)};
  std::chrono::milliseconds remove{std::chrono::minutes(10)};
};

struct ExecOptions {
  unsigned parallelism = 16;  // calls at once
  bool fail_fast = false;
  std::chrono::milliseconds first_pause{200};   // before a call that failed in passing is made again; then it grows
  // How long a far side that does not answer is asked before anything was sent to it, if the deadline is not nearer.
  std::chrono::milliseconds patience{std::chrono::minutes(1)};
  std::map<std::string, Timeouts> timeouts;  // by component
  std::map<std::string, std::string> plugin_versions;
  // Checks a value that is about to be sent against its kind's schema; may be empty.
  std::function<Diagnostics(const Kind&, std::string_view desired)> validate;
  // Gives a problem of an address its place in the stack file; may be empty.
  std::function<void(Diagnostic&)> locate;
};

struct RunResult {
  std::size_t created = 0, updated = 0, replaced = 0, removed = 0, forgotten = 0, adopted = 0;
  std::size_t waiting = 0;   // steps that are done but for their health: a drain left that to the next run
  std::size_t failed = 0;    // steps
  std::size_t skipped = 0;   // steps whose needs failed, or that a drain left out
  std::size_t in_doubt = 0;  // operations whose effect nobody knows
  std::size_t outside = 0;   // operations that would have done more than was approved
  bool interrupted = false;
  Diagnostics problems;

  bool complete() const { return failed == 0 && skipped == 0 && !interrupted; }
};

// REQUIRES: the plan has no errors; `store` has an open run. `drain`: no new operations, what runs is finished.
// Throws Error "state.*" if the store fails: then nothing further was started, and the next run sorts out the rest.
RunResult execute(Caller& caller, Store& store, Plan& plan, const ExecOptions& options, EventSink& events,
                  std::stop_token drain);

}  // namespace dfx
