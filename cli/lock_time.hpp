// The time as it stands in dfx.lock.
#pragma once
#include <string>

#include "cli/render/value.hpp"

namespace dfx {

// "2026-01-31T12:00:00Z"
inline std::string lock_time() { return time_text(now_ms()).substr(0, 19) + "Z"; }

}  // namespace dfx
