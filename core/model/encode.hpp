// Evaluation of `$dfx` nodes: references replaced, encoders applied, secrets left for the host to open.
#pragma once
#include <functional>
#include <string>

#include "core/model/json.hpp"

namespace dfx {

// The value of an output: an address and a JSON pointer into its outputs. An unknown node if it is not known yet.
using Resolver = std::function<Json(const std::string& address, const std::string& path)>;

// `value` with ref nodes resolved and concat, base64, json and yaml applied, innermost first. An encoder over something
// unknown becomes unknown; one over a secret stays a node, its other parts evaluated. Throws Error "value.bad-node".
Json evaluate(const Json& value, const Resolver& resolver);

bool is_dfx_node(const Json& value);
bool contains_unknown(const Json& value);
bool contains_secret(const Json& value);

// Every secret node replaced by what `reveal` gives and the encoders above it applied: for the host's services, at
// the last moment. Throws Error "value.no-such-secret" or "value.bad-node".
Json open_secrets(const Json& value, const std::function<std::string(const std::string& handle)>& reveal);

}  // namespace dfx
