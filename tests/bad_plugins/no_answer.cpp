// Writes from a null pointer; says that it is done without a word.
#include "bad.hpp"

namespace {

std::int32_t read(const dfx_provider*, const dfx_call* call) {
  call->response->write(call->response, {nullptr, 100});
  return DFX_OK;
}
std::int32_t apply(const dfx_provider*, const dfx_call*) { return DFX_OK; }

}  // namespace

BAD_PLUGIN(bad::entry_with(&bad::create_with<&read, &apply>))
