// What an operation does to the world when it is due.
#pragma once
#include "sandbox/store.hpp"

namespace dfx::sandbox::lxd {

// Applies `operation.body["effect"]`, a map with "do" (create, start, stop, freeze, unfreeze, restart, delete, image,
// nothing) and its subject. `failed`: only what the action had reserved is given back.
void apply_effect(Store::Session& session, const StoredOperation& operation, bool failed);

}  // namespace dfx::sandbox::lxd
