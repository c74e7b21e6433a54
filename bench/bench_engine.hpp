// The engine over the layered plugin through the real C ABI, and a store on the disk.
#pragma once
#include <filesystem>
#include <memory>
#include <string>

#include "core/engine/engine.hpp"
#include "core/plugin/catalog.hpp"
#include "core/plugin/plugin_host.hpp"
#include "core/state/store.hpp"

namespace dfx::bench {

// One environment with `count` resources. [main thread]
class BenchEngine {
 public:
  // `folder` holds the state; it is made if it is not there.
  BenchEngine(std::size_t count, const std::filesystem::path& folder);
  // A new engine each time: what one run of dfx does.
  Plan plan();
  // Throws std::runtime_error if not everything was made.
  void apply(Plan& plan);

 private:
  EngineParts parts();

  Catalog x_catalog;
  PluginHost x_host;
  Stack x_stack;
  std::unique_ptr<Store> x_store;
  std::unique_ptr<Engine> x_engine;
};

}  // namespace dfx::bench
