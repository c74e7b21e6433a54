// Words for schemas: those of the SDK.
#pragma once
#include <dfx/sdk/schema.hpp>

namespace dfx::lxd {

namespace schema = sdk::schema;

}  // namespace dfx::lxd
