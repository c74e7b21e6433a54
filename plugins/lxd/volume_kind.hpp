// lxd.volume: a custom storage volume. It holds data, so its delete asks for the stack's name; it can grow
// only.
#pragma once
#include <dfx/sdk.hpp>

#include "plugins/lxd/json.hpp"

namespace dfx::lxd {

class VolumeKind final : public sdk::Kind {
 public:
  Json describe() const override;
  void read(const sdk::Call& call, const Json& batch) const override;
  Json apply(const sdk::Call& call, const Json& change) const override;
};

}  // namespace dfx::lxd
