// Everything that a command works with, opened when it is first asked for.
#pragma once
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/engine/engine.hpp"
#include "core/model/manifest.hpp"
#include "core/state/run_lock.hpp"
#include "core/state/store.hpp"

namespace dfx::sandbox {
class World;
}

namespace dfx {

struct WorkspaceOptions {
  std::filesystem::path stack_file = "stack.yaml";
  std::optional<std::string> environment;
  std::vector<std::filesystem::path> plugin_path;  // --plugin-path, before DFX_PLUGIN_PATH and the install prefix
  std::optional<std::filesystem::path> trace;      // one JSON line per request of the host's services
};

// [main thread]
class Workspace {
 public:
  explicit Workspace(WorkspaceOptions options);
  ~Workspace();

  // Parsed on first use. Throws Error "config.*". Its warnings are in warnings().
  const Stack& stack();
  Diagnostics& warnings();
  // `.dfx` beside the stack file.
  std::filesystem::path folder() const;
  std::filesystem::path state_file();
  // Opens the state for writing, or makes it. Throws Error "state.*".
  Store& store();
  // The state for reading beside a running apply; null if nothing was ever applied.
  Store* recorded();
  // Takes the run lock. Throws Error "state.locked".
  std::unique_ptr<RunLock> lock(const std::string& command);
  // Loads the plugins that the stack uses, wires the host's services and, in a sandbox, the simulators.
  // `writes`: with store(); otherwise with recorded().
  Engine& engine(bool writes = true);
  // Manifests of everything installed, read without running code. With problems() for what could not be read.
  std::vector<const Manifest*> installed_plugins();
  Diagnostics plugin_problems();
  // Where a plugin was found.
  std::filesystem::path plugin_file(const std::string& plugin);
  // The simulated world of a sandbox environment (also without a stack file: `.dfx/sandbox`).
  sandbox::World& world();

 private:
  void wire_services();
  void wire_engine(Store* state);
  void wire_origins(Store* state);
  std::map<std::string, Json> settings_or_none();
  [[noreturn]] void throw_no_such_plugin(const std::string& name);

  struct Impl;
  std::unique_ptr<Impl> x_impl;
};

}  // namespace dfx
