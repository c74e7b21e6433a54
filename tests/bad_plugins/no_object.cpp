// Lines that are JSON, but no objects; a status that does not exist.
#include "bad.hpp"

namespace {

std::int32_t read(const dfx_provider*, const dfx_call* call) { return bad::answer(call, "[\"a\"]\n"); }
std::int32_t apply(const dfx_provider*, const dfx_call*) { return 77; }

}  // namespace

BAD_PLUGIN(bad::entry_with(&bad::create_with<&read, &apply>))
