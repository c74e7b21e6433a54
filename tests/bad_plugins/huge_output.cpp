// Writes until the host has enough, and then goes on for a while.
#include <string>

#include "bad.hpp"

namespace {

std::int32_t huge(const dfx_provider*, const dfx_call* call) {
  const std::string chunk(1u << 20, 'x');
  while (bad::write(call->response, chunk) == DFX_OK) continue;
  for (int more = 0; more < 100; ++more) bad::write(call->response, chunk);
  return DFX_OK;
}

}  // namespace

BAD_PLUGIN(bad::entry_with(&bad::create_with<&huge, &huge>))
