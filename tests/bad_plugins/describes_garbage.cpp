#include "bad.hpp"

namespace {

std::int32_t describe(const dfx_sink* sink) { return bad::write(sink, "name: describes-garbage"); }

}  // namespace

BAD_PLUGIN([] {
  dfx_plugin entry = bad::k_entry;
  entry.describe = &describe;
  return entry;
}())
