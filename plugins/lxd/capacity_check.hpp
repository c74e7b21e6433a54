// lxd.capacity: the host has room for the machines that are to be made there.
#pragma once
#include <dfx/sdk.hpp>

#include "plugins/lxd/json.hpp"

namespace dfx::lxd {

class CapacityCheck final : public sdk::Kind {
 public:
  Json describe() const override;
  void read(const sdk::Call& call, const Json& batch) const override;
};

}  // namespace dfx::lxd
