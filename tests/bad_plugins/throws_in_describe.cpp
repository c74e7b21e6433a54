#include <stdexcept>

#include "bad.hpp"

namespace {

std::int32_t describe(const dfx_sink*) { throw std::runtime_error("no idea who I am"); }

}  // namespace

BAD_PLUGIN([] {
  dfx_plugin entry = bad::k_entry;
  entry.describe = &describe;
  return entry;
}())
