// Changing objects that others may have changed too: only what dfx has set is touched.
#pragma once
#include "plugins/lxd/json.hpp"

namespace dfx::lxd {

// Texts by key: what is wanted is set, what was wanted before and is not any more goes, all else stays.
void merge_texts(Json& there, const Json& before, const Json& wanted);
// The same for devices, key by key within each.
void merge_devices(Json& there, const Json& before, const Json& wanted);

}  // namespace dfx::lxd
