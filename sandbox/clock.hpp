// Wall-clock time of the simulated world: it must mean the same in every process and after a restart.
#pragma once
#include <chrono>
#include <cstdint>

namespace dfx::sandbox {

// Microseconds since 1970, UTC.
using Micros = std::int64_t;

inline constexpr Micros k_second = 1'000'000;

inline Micros now_micros() {
  using namespace std::chrono;
  return duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
}

inline Micros from_seconds(double seconds) { return static_cast<Micros>(seconds * 1e6); }

}  // namespace dfx::sandbox
