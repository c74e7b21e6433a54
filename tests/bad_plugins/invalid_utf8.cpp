#include "bad.hpp"

namespace {

std::int32_t read(const dfx_provider*, const dfx_call* call) { return bad::answer(call, "{\"message\": \"caf\xe9\"}\n"); }
std::int32_t apply(const dfx_provider*, const dfx_call* call) { return bad::answer(call, "{\"identity\": \"\xed\xa0\x80\"}\n"); }

}  // namespace

BAD_PLUGIN(bad::entry_with(&bad::create_with<&read, &apply>))
