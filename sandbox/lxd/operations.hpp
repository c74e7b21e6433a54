// Background operations: accepted now, effective when they are due.
#pragma once
#include <optional>
#include <string>

#include "sandbox/lxd/context.hpp"

namespace dfx::sandbox::lxd {

// What a request starts.
struct NewOperation {
  const char* description = "";
  const char* kind = "task";       // "task", "websocket" or "token"
  double seconds = 0;
  Json resources = nullptr;        // {"instances": ["/1.0/instances/c1"]}
  Json metadata = nullptr;         // shown while it runs
  Json final_metadata = nullptr;   // shown when it has succeeded; null: as before
  Json effect = Json::object();    // what happens to the world when it is due, see effects.hpp
  std::string error;               // it will fail with these words
};

// Journals the operation and gives the 202 answer. The rules of the sandbox may make it fail or take longer; its
// effect then does not happen.
Reply start_operation(Context& context, NewOperation operation);
// The same without an answer; gives when it will be due.
Micros journal_operation(Context& context, const NewOperation& operation, std::string& id);
// How long an operation that takes `seconds` will take under the sandbox's rules.
double real_seconds(const Context& context, double seconds);

// The operation as GET shows it.
Json render_operation(const StoredOperation& operation);

// What stands for a trust token until somebody shows it or it is cancelled.
NewOperation token_operation(const Json& metadata);
void add_token_operation(Store::Session& session, const std::string& origin, const Json& metadata, Micros now);
void cancel_operation(const Context& context, StoredOperation& operation);

// Everything that was due until `now` happens, in order. True: something did.
bool settle(Store::Session& session, Micros now);

Reply operations_get(Context&);
Reply operation_get(Context&);
Reply operation_delete(Context&);
Reply operation_wait(Context&);

}  // namespace dfx::sandbox::lxd
