// An exception in read, something that is none in apply; without the C++ layer that would catch both.
#include <stdexcept>

#include "bad.hpp"

namespace {

std::int32_t read(const dfx_provider*, const dfx_call*) { throw std::out_of_range("index 7 of 3"); }
std::int32_t apply(const dfx_provider*, const dfx_call*) { throw 42; }

}  // namespace

BAD_PLUGIN(bad::entry_with(&bad::create_with<&read, &apply>))
