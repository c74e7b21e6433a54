// LXD: machines on hosts that you have.
#include <dfx/version.h>
#include <dfx/sdk.hpp>

#include "plugins/lxd/address_check.hpp"
#include "plugins/lxd/capacity_check.hpp"
#include "plugins/lxd/expand.hpp"
#include "plugins/lxd/host_lookup.hpp"
#include "plugins/lxd/image_lookup.hpp"
#include "plugins/lxd/instance_kind.hpp"
#include "plugins/lxd/network_kind.hpp"
#include "plugins/lxd/profile_kind.hpp"
#include "plugins/lxd/settings_schema.hpp"
#include "plugins/lxd/trust_kind.hpp"
#include "plugins/lxd/volume_kind.hpp"

namespace dfx::lxd {

class LxdPlugin final : public sdk::Plugin {
 public:
  Json manifest() const override {
    return {{"summary", "machines (containers and virtual machines) on LXD hosts"},
            {"maturity", "alpha"},
            {"destroys", "machines with their disks, and storage volumes"},
            {"settings", settings_schema()},
            {"provides", {{{"capability", "machines/1"}}}},
            {"origins", {"setting:hosts/*/url"}},
            {"simulators", {{{"simulator", "lxd"}, {"origins", "setting:hosts/*/url"}}}}};
  }

  void expand(const sdk::Call& call, const Json& request, sdk::Expansion& out) const override {
    lxd::expand(call, request, out);
  }

  std::vector<std::unique_ptr<sdk::Kind>> kinds() const override {
    std::vector<std::unique_ptr<sdk::Kind>> out;
    out.push_back(std::make_unique<TrustKind>());
    out.push_back(std::make_unique<HostLookup>());
    out.push_back(std::make_unique<NetworkKind>());
    out.push_back(std::make_unique<ProfileKind>());
    out.push_back(std::make_unique<VolumeKind>());
    out.push_back(std::make_unique<ImageLookup>());
    out.push_back(std::make_unique<AddressCheck>());
    out.push_back(std::make_unique<CapacityCheck>());
    out.push_back(std::make_unique<InstanceKind>());
    return out;
  }
};

}  // namespace dfx::lxd

DFX_PLUGIN(dfx::lxd::LxdPlugin, "lxd", DFX_VERSION_STRING)
