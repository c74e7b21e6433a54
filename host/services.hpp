// The host as plugins see it: one table with every extension of dfx/host.h and dfx/http.h.
#pragma once
#include <functional>
#include <memory>
#include <string_view>

#include "host/http/service.hpp"

struct dfx_host;

namespace dfx::host {

// The calls find their CallContext through dfx_call.context. Services a call's context does not have (no journal, no
// vault) answer DFX_INTERNAL or DFX_ABSENT. [any]
class HostServices {
 public:
  // `http` is borrowed. `trace` gets one JSON line per revealed secret (plugin, operation, handle); it may be empty
  // and is never called twice at once by this object.
  explicit HostServices(HttpService& http, std::function<void(std::string_view line)> trace = {});
  ~HostServices();
  HostServices(const HostServices&) = delete;
  HostServices& operator=(const HostServices&) = delete;

  // Lives as long as this object; hand it to every plugin's `create`.
  const dfx_host* host() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> x_impl;
};

}  // namespace dfx::host
