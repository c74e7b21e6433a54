// One resource's verdict: pure, used at plan and again just before a deferred operation.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/plan/plan.hpp"

namespace dfx {

struct Decision {
  Action action = Action::none;
  std::vector<LeafChange> changes;
  std::vector<Reason> reasons;
  bool resumes = false;
  bool waits_only = false;
  bool refresh = false;
  bool implied = false;
  bool forced = false;  // takes over a foreign object that the stack file did not name
  std::string blocked;
  std::optional<Diagnostic> problem;

  // Nothing has to be done, waited for or said.
  bool is_idle() const { return action == Action::none && !waits_only && blocked.empty() && !problem; }
};

// For a resource that is wanted. `desired` is evaluated and may hold unknowns; `record` may be null.
// REQUIRES: the observation was read, or the resource is new and its read deferred (then: create).
Decision decide(const Kind& kind, const std::string& address, const Json& desired, const Record* record,
                const Observation& seen, const Policy& policy);

// For a record that nobody wants any more. `why` is the reason to show.
Decision decide_removal(const Record& record, const Observation& seen, const Reason& why);

// `decision` deletes something protected: then it gets the problem that says so.
void refuse_protected(Decision& decision, const std::string& address);

// What the approval covers: may an operation that was planned as `planned` be executed as `actual`? Less is always
// fine (replace -> update -> none, create -> update or adopt of an object of ours, delete -> forget); a forced
// take-over, a problem or a blocked object never is.
bool within_approval(const Operation& planned, const Decision& actual);

}  // namespace dfx
