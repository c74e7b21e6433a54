// Sensitive outputs become handles before anybody writes them down.
#pragma once
#include <string>

#include "core/model/call.hpp"
#include "core/model/provider.hpp"
#include "core/model/resource.hpp"

namespace dfx {

// `response` with each plain value at a secret path of the kind's `outputs` kept in the vault and replaced by its
// handle, `<address>#<path>`; nodes stay as they are. `address`: of calls whose answer does not name it. Throws Error
// "plugin.plain-secret" if there is no vault or no address to keep it under, or what the vault throws.
std::string seal_outputs(std::string response, Function function, const Kind& kind, const std::string& address,
                         SecretVault* vault);

// Functions that answer with any number of lines, one JSON object each; the others with one value.
bool answers_in_lines(Function function);

}  // namespace dfx
