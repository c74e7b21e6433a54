#include "bad.hpp"

namespace {

const dfx_provider* create(const dfx_host*) { throw 42; }

}  // namespace

BAD_PLUGIN(bad::entry_with(&create))
