// lxd.trust: dfx's client certificate in a host's trust store. Its outputs carry the pin that all others use.
#pragma once
#include <dfx/sdk.hpp>

#include "plugins/lxd/json.hpp"

namespace dfx::lxd {

// The connection is that of the host, with the pin of the stack file if it has one: {"name", "url",
// "fingerprint", "certificate", "key"}; `desired` holds the token or password. First contact is pinned by the
// stack file, else by the token, else by what an earlier contact recorded; without any of them the host's
// certificate must be one that this machine trusts anyway.
class TrustKind final : public sdk::Kind {
 public:
  Json describe() const override;
  void read(const sdk::Call& call, const Json& batch) const override;
  Json apply(const sdk::Call& call, const Json& change) const override;
};

}  // namespace dfx::lxd
