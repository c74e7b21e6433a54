// lxd.instance: a container or a virtual machine.
#pragma once
#include <dfx/sdk.hpp>

#include "plugins/lxd/json.hpp"

namespace dfx::lxd {

// One GET per host answers a whole batch of reads or health questions.
class InstanceKind final : public sdk::Kind {
 public:
  Json describe() const override;
  void plan(const sdk::Call& call, const Json& batch) const override;
  void read(const sdk::Call& call, const Json& batch) const override;
  Json apply(const sdk::Call& call, const Json& change) const override;
  void health(const sdk::Call& call, const Json& batch) const override;
};

}  // namespace dfx::lxd
