// lxd.address: nobody else on a host or its network uses the address that a machine is to have.
#pragma once
#include <dfx/sdk.hpp>

#include "plugins/lxd/json.hpp"

namespace dfx::lxd {

class AddressCheck final : public sdk::Kind {
 public:
  Json describe() const override;
  void read(const sdk::Call& call, const Json& batch) const override;
};

}  // namespace dfx::lxd
