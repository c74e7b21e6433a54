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

class Catalog;
struct InstalledPlugin;

struct WorkspaceOptions {
  std::filesystem::path stack_file = "stack.yaml";
  std::optional<std::string> environment;
  std::vector<std::filesystem::path> plugin_path;  // --plugin-path, before DFX_PLUGIN_PATH and the install prefix
  std::optional<std::filesystem::path> trace;      // one JSON line per request of the host's services
};

// How far a command goes. settings: no secret is read and no connection opened; read: looks at the world and keeps
// nothing; write: with the state open for writing.
enum class Access { settings, read, write };

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
  std::filesystem::path run_lock_file();
  // Takes the run lock. Throws Error "state.locked".
  std::unique_ptr<RunLock> lock(const std::string& command);
  // Loads the plugins that the stack uses, wires the host's services and, in a sandbox, the simulators. Plugins whose
  // digest is not the one in dfx.lock are refused. The first call decides about the access.
  Engine& engine(Access access);
  // Notes in dfx.lock what was loaded and not noted yet. Throws Error "lock.not-written".
  void lock_plugins();
  // `dfx.lock` beside the stack file.
  std::filesystem::path lock_file() const;
  // A plugin's call never came back: end the process by std::_Exit, destroy nothing.
  bool calls_left_behind() const;
  // Manifests of everything installed, read without running code. With problems() for what could not be read.
  std::vector<const Manifest*> installed_plugins();
  // What could not be read of them; nothing if nobody has asked for plugins yet.
  Diagnostics plugin_problems() const;
  Catalog& catalog();
  // The simulated world of a sandbox environment (also without a stack file: `.dfx/sandbox`).
  sandbox::World& world();

 private:
  void check_world(Store& store);
  void wire_services();
  void wire_engine(Store* state, Access access);
  void use(const InstalledPlugin& plugin);
  void wire_origins(Store* state);
  std::map<std::string, Json> settings_or_none();
  [[noreturn]] void throw_no_such_plugin(const std::string& name);

  struct Impl;
  std::unique_ptr<Impl> x_impl;
};

}  // namespace dfx
