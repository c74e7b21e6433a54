// desired × recorded × observed -> plan.
#pragma once
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/plan/caller.hpp"
#include "core/plan/decide.hpp"
#include "core/plan/plan.hpp"

namespace dfx {

// Per component: what its envelope says about all of its resources.
struct ComponentPolicy {
  std::vector<std::string> ignore;
  std::string on_conflict = "stop";
  std::map<std::string, std::string> adopt;  // address -> id
};

struct PlanRequest {
  std::string stack;
  std::vector<Resource> desired;
  std::vector<Record> records;
  std::map<std::string, ComponentPolicy> policies;
  std::set<std::string> replace;            // addresses
  std::set<std::string> disabled;           // components that this environment switches off
  std::vector<Move> moves;                  // addresses or components, in the order in which they happened
  std::map<std::string, std::string> renamed_kinds;  // former name -> today's
  // Checks what a plugin wants to exist against its kind's schema; may be empty. References count as any value.
  std::function<Diagnostics(const Kind&, std::string_view desired)> validate;
  bool destroy = false;
};

// Observes the world and decides. Problems (conflicts, failed checks, protected deletes, plugin faults) are in the
// plan; with errors among them it must not be executed. Throws Error for broken references and cycles.
// Linear in resources and edges.
Plan make_plan(const Caller& caller, PlanRequest request);

// Fills `steps` and `order` from the operations.
void order_steps(Plan& plan);

}  // namespace dfx
