// Small helpers over JSON that every kind needs: those of the SDK.
#pragma once
#include <dfx/sdk.hpp>
#include <dfx/sdk/values.hpp>

namespace dfx::lxd {

using sdk::is_node;
using sdk::Json;
using sdk::object_at;
using sdk::reference;
using sdk::text_at;

}  // namespace dfx::lxd
