// The JSON of one `apply` call and of its answer.
#pragma once
#include <string>

#include "core/plan/caller.hpp"
#include "core/state/record.hpp"

namespace dfx {

struct ApplyRequest {
  const Kind* kind = nullptr;
  std::string action;  // "create", "update" or "delete"
  const Record* record = nullptr;  // address, connection, identity, outputs, generation, operation, checkpoint
  std::string desired;
  std::string prior;
  std::string observed;
};
std::string to_text(const Caller& caller, const ApplyRequest& request);

struct ApplyAnswer {
  std::string identity;  // JSON
  std::string outputs;
};
// Throws Error "plugin.bad-answer".
ApplyAnswer read_apply_answer(const std::string& response);

// `outputs` with the members of `newer` over them. Both JSON objects or empty.
std::string merge_outputs(const std::string& outputs, const std::string& newer);
// Do all known leaves of `planned` have the same value in `actual`?
bool agrees(const Json& planned, const Json& actual);

// A new operation id: random, so that no other run ever has the same.
std::string new_operation_id();

}  // namespace dfx
