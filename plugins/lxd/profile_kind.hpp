// lxd.profile: config and devices that machines share. Fails as named_object.hpp says.
#pragma once
#include <dfx/sdk.hpp>

#include "plugins/lxd/json.hpp"

namespace dfx::lxd {

class ProfileKind final : public sdk::Kind {
 public:
  Json describe() const override;
  void read(const sdk::Call& call, const Json& batch) const override;
  Json apply(const sdk::Call& call, const Json& change) const override;
};

}  // namespace dfx::lxd
