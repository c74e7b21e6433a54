// The plugin that is part of dfx: kinds core.secret, core.keypair and core.id, made once and kept.
#pragma once
#include <dfx/plugin.h>

namespace dfx::host {

// Static; never null. Its name is "core".
const dfx_plugin* builtin_core_plugin();

}  // namespace dfx::host
