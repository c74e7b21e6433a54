#include "bad.hpp"

namespace {

std::int32_t read(const dfx_provider*, const dfx_call* call) {
  return bad::answer(call, "{\"address\": \"a\"}\n{\"address\": tru\n");
}
std::int32_t apply(const dfx_provider*, const dfx_call* call) { return bad::answer(call, "done, thanks\n"); }

}  // namespace

BAD_PLUGIN(bad::entry_with(&bad::create_with<&read, &apply>))
