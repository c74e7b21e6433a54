#include "bad.hpp"

namespace {

const dfx_provider* create(const dfx_host*) { return nullptr; }

}  // namespace

BAD_PLUGIN(bad::entry_with(&create))
