// Settings into resources: keys, trust, profiles, networks, volumes, what is asked first, and the machines.
#pragma once
#include <dfx/sdk.hpp>

#include "plugins/lxd/json.hpp"

namespace dfx::lxd {

// Throws Failure if the settings contradict themselves.
void expand(const sdk::Call& call, const Json& request, sdk::Expansion& out);

}  // namespace dfx::lxd
