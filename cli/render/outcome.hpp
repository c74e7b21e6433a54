// How a run ended, as a person and as a program read it.
#pragma once
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "cli/render/terminal.hpp"
#include "core/exec/executor.hpp"
#include "core/model/json.hpp"

namespace dfx {

// "20 created, 1 updated, 2 failed"; "nothing" if there was nothing.
std::string outcome_text(const RunResult& result);

// {"counts": {"created": 20, ...}, "failed": 0, ..., "elapsed_ms": 3021}
Json to_json(const RunResult& result, std::chrono::milliseconds elapsed);

// Leaves of a value by dotted path, in the order of their keys: {"lxd.machines.cp-a.address", "10.0.0.5"}.
std::vector<std::pair<std::string, std::string>> flatten(const Json& value);

}  // namespace dfx
