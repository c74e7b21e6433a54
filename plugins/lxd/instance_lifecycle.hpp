// Making, changing and removing one instance. Every function may be called again for the same operation after
// a kill at any instant; each throws Failure.
#pragma once
#include "plugins/lxd/client.hpp"

namespace dfx::lxd {

// Gives the instance as it stands. `change`: the request of an apply.
Json create_instance(const Client& client, const Json& change);
Json update_instance(const Client& client, const Json& change);
void delete_instance(const Client& client, const Json& change);

// Must the instance be stopped for going from `observed` to `desired`? Both in the shape of `desired`.
bool needs_restart(const Json& desired, const Json& observed);

}  // namespace dfx::lxd
