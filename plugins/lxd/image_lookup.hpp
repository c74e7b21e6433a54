// lxd.image: which image a name means on a host. A local one by its fingerprint, one of a public server by
// name.
#pragma once
#include <dfx/sdk.hpp>

#include "plugins/lxd/json.hpp"

namespace dfx::lxd {

class ImageLookup final : public sdk::Kind {
 public:
  Json describe() const override;
  void read(const sdk::Call& call, const Json& batch) const override;
};

}  // namespace dfx::lxd
