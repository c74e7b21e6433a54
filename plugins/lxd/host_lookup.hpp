// lxd.host: what a host is. A host that this plugin cannot work with is not found.
#pragma once
#include <dfx/sdk.hpp>

#include "plugins/lxd/json.hpp"

namespace dfx::lxd {

class HostLookup final : public sdk::Kind {
 public:
  Json describe() const override;
  void read(const sdk::Call& call, const Json& batch) const override;
};

}  // namespace dfx::lxd
