// From a request to the answer of the simulated daemon. No sockets, no clock of its own.
#pragma once
#include "sandbox/lxd/context.hpp"

namespace dfx::sandbox::lxd {

// True if the request cannot change the world. [any]
bool only_reads(const Request& request);

// Finds the route, decides whether the client may use it, and runs its handler. Everything that is due must have been
// settled. A Refusal becomes the daemon's error answer; nothing else is thrown on purpose.
Reply dispatch(Store::Session& session, const Request& request, const Faults& faults, const RequestFault& fault,
               Micros now);

}  // namespace dfx::sandbox::lxd
