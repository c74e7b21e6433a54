// The settings of a component: what `dfx explain lxd` shows and the stack file is checked against.
#pragma once
#include "plugins/lxd/json.hpp"

namespace dfx::lxd {

Json settings_schema();

}  // namespace dfx::lxd
