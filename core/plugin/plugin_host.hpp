// Plugins in use: loads them, checks them, runs their calls, and believes nothing that they say unseen.
#pragma once
#include <dfx/plugin.h>

#include <chrono>
#include <memory>
#include <shared_mutex>
#include <string>
#include <unordered_map>

#include "core/model/provider.hpp"
#include "core/plugin/call_lanes.hpp"
#include "core/plugin/catalog.hpp"
#include "core/plugin/description.hpp"
#include "core/plugin/library.hpp"

namespace dfx {

struct PluginHostOptions {
  // Kinds of plugins that are installed but not in use; borrowed, may be null.
  const Catalog* catalog = nullptr;
  std::size_t most_response_bytes = 256u << 20;
  // How long a call may go on after its deadline or its cancellation.
  std::chrono::milliseconds grace{5'000};
};

// Calls run on threads of this object's own, so that one that never comes back can be given up: an apply is then
// `in_doubt`, plan, read and health `unreachable`, the others `internal`. Its thread stays, and may still use whatever
// the host offers: once left_behind() is not 0, end the process by std::_Exit and destroy nothing of the host.
class PluginHost final : public ProviderHost {
 public:
  // `host` is handed to every plugin and outlives this object.
  explicit PluginHost(const dfx_host* host, PluginHostOptions options = {});
  // REQUIRES: no call is going on, except those left behind. Destroys the providers that none of those use.
  ~PluginHost() override;
  PluginHost(const PluginHost&) = delete;
  PluginHost& operator=(const PluginHost&) = delete;

  // A plugin that is linked into this program. Throws Error "plugin.*". [main thread]
  void add_builtin(const dfx_plugin* entry);
  // Loads an installed plugin; nothing to do if it is in use. `admit` may refuse the library by its digest before any
  // of it runs. Throws Error "plugin.*", each fault with its own code; the plugin is then not in use. [main thread]
  void use(const InstalledPlugin& plugin, const Admit& admit = {});
  bool in_use(const std::string& plugin) const;

  CallResult call(const std::string& plugin, Function function, CallContext& context, std::string_view request) override;
  // Kinds of the catalog, then those of plugins in use.
  const Kind* find_kind(const std::string& name) const override;
  // Calls that still run; to be asked when nobody waits for one any more. [any]
  std::size_t left_behind() const;
  // A library was refused after it was loaded, so that its code may be anything, and some of it would run as the process
  // ends: end it by std::_Exit. [any]
  static bool refused_loaded_code();

 private:
  struct Loaded;
  class Place;
  void add(const dfx_plugin& entry, Manifest manifest, const std::string& where);
  std::shared_ptr<Loaded> find(const std::string& plugin) const;
  CallResult run(const std::shared_ptr<Loaded>& plugin, Function function, const CallContext& context, std::string_view request);
  const Kind* kind_of(Function function, std::string_view request) const;

  const dfx_host* const x_host;
  const PluginHostOptions x_options;
  mutable std::shared_mutex x_mutex;  // guards the two maps
  std::unordered_map<std::string, std::shared_ptr<Loaded>> x_plugins;
  std::unordered_map<std::string, const Kind*> x_kinds;
  CallLanes x_lanes;
};

}  // namespace dfx
