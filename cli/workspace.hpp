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
// nothing; glance: the same, runs no command for a secret and goes without those that cannot be had; write: with the state open for writing.
enum class Access { settings, glance, read, write };

// [main thread]
class Workspace {
 public:
  explicit Workspace(WorkspaceOptions options);
  ~Workspace();

  // Another look at one of the stack's environments, with an engine of its own; lives as long as this one.
  Workspace& beside(const std::string& environment);
  // Parsed on first use. Throws Error "config.*".
  const Stack& stack();
  // Of the stack file, of plugins and of secrets, as far as they were asked for.
  Diagnostics warnings() const;
  // `.dfx` beside the stack file.
  std::filesystem::path folder() const;
  std::filesystem::path state_file();
  // Opens the state for writing, or makes it. Throws Error "state.*", as check_world() does too.
  Store& store();
  // The state for reading beside a running apply; null if nothing was ever applied.
  Store* recorded();
  // Throws Error "state.sandbox-switched" if what is recorded was made in the simulated world and the environment is
  // real now, or the other way round.
  void check_world();
  std::filesystem::path run_lock_file();
  // Takes the run lock. Throws Error "state.locked" or "workspace.unusable".
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
  Catalog& catalog();
  // The simulated world of a sandbox environment (also without a stack file: `.dfx/sandbox`). Whoever only looks gets a
  // copy where the workspace cannot be written. The first call decides.
  sandbox::World& world(Access access = Access::write);
  // Takes it away, whatever is left of it.
  void remove_world();

 private:
  void check_world(Store& store);
  bool may_write(Access access);
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
