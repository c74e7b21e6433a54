#include <string>

#include "bad.hpp"

namespace {

std::int32_t deep(const dfx_provider*, const dfx_call* call) {
  return bad::answer(call, "{\"observed\": " + std::string(100'000, '[') + std::string(100'000, ']') + "}\n");
}

}  // namespace

BAD_PLUGIN(bad::entry_with(&bad::create_with<&deep, &deep>))
