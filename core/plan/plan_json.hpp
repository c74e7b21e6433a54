// A plan as JSON, for people, programs and hashes. Format 1, see docs/json.md. Secrets are the word "(secret)".
#pragma once
#include "core/plan/plan.hpp"

namespace dfx {

Json to_json(const Plan& plan);
Json to_json(const Plan& plan, const Operation& operation);
Json to_json(const Diagnostic& diagnostic);
// What a resource of this kind is to be.
Json desired_json(const Kind& kind, const Resource& resource);

}  // namespace dfx
