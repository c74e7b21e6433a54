// `timeouts:` of a component's envelope.
#pragma once
#include "core/config/stack.hpp"
#include "core/exec/executor.hpp"

namespace dfx {

// {"create": "20m", "update": "5m", "delete": "90s"} over the defaults. Throws Error "config.bad-duration".
Timeouts timeouts_from(const Component& component);

}  // namespace dfx
