// The event stream: what happened, kept in the store so that every process can tell its listeners.
#pragma once
#include <string>

#include "sandbox/lxd/context.hpp"

namespace dfx::sandbox::lxd {

void send_operation_event(Store::Session& session, const StoredOperation& operation, Micros at);
// action "instance-started", source "/1.0/instances/c1".
void send_lifecycle_event(Store::Session& session, const std::string& origin, const std::string& action,
                          const std::string& source, Micros at);

// GET /1.0/events: the answer asks the server to go on as a websocket.
Reply events_get(Context&);

}  // namespace dfx::sandbox::lxd
