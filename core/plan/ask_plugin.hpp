// The `plan` call of kinds that have one: predicted outputs, replace reasons.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "core/plan/caller.hpp"

namespace dfx {

struct Prediction {
  std::string outputs;  // JSON, may hold unknown nodes; empty: none given
  std::vector<std::pair<std::string, std::string>> replace;  // path, why
  std::vector<std::string> ignore;                           // paths whose difference does not matter
  std::vector<std::string> reasons;
  bool restarts = false;
};

struct PlanQuestion {
  const Kind* kind = nullptr;
  std::uint32_t entry = 0;
  std::uint32_t operation = 0;
  std::string address;
  std::string connection;
  std::string desired;  // evaluated as far as known
  std::string prior;
  std::string observed;
  std::string outputs;
  Prediction answer;
};

// Fills the answers, one call per kind and connection. Failures go to `problems`.
void ask_plugins(const Caller& caller, std::vector<PlanQuestion>& questions, Diagnostics& problems);

}  // namespace dfx
