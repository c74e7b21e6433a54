// Never looks at the clock, nor at cancellation.
#include <chrono>
#include <thread>

#include "bad.hpp"

namespace {

std::int32_t hang(const dfx_provider*, const dfx_call*) {
  // The fault itself: ignores cancellation and never comes back.
  for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
}

}  // namespace

BAD_PLUGIN(bad::entry_with(&bad::create_with<&hang, &hang>))
