// Durations of `timeouts:`: a positive time of at most a year, or a refusal.
#include "core/engine/timeouts.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dfx;
  Component component;
  component.timeouts = {{"create", std::string(fuzz::text(data, size))}};
  try {
    const auto create = timeouts_from(component).create;
    fuzz::must(create.count() > 0 && create <= std::chrono::hours(8760), "a sane time");
  } catch (const Error&) {
  }
  return 0;
}
