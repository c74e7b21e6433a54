// The whole way of one environment: settings -> resources -> plan -> run.
#pragma once
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "core/config/schema.hpp"
#include "core/config/stack.hpp"
#include "core/exec/executor.hpp"
#include "core/model/manifest.hpp"
#include "core/plan/planner.hpp"
#include "core/state/store.hpp"

namespace dfx {

// What the engine is given by whoever wires dfx together. Borrowed; must outlive the engine.
struct EngineParts {
  ProviderHost* host = nullptr;
  // The manifest of a plugin by name, loaded and ready to be called. Throws Error "plugin.*" if it cannot be had.
  std::function<const Manifest&(const std::string& plugin)> use_plugin;
  // All manifests that are installed: for messages that list who could help.
  std::function<std::vector<const Manifest*>()> installed;
  SecretVault* secrets = nullptr;
  // A salted digest of a secret's value now; it changes when the value does. Throws Error if it cannot be had.
  std::function<std::string(const std::string& secret)> secret_version;
  // Where schemas of capabilities are installed.
  std::vector<std::filesystem::path> capability_folders;
};

// What the components of a stack expand into.
struct Expanded {
  std::vector<Resource> resources;
  std::map<std::string, Json> settings;  // by component, typed, with defaults
  std::map<std::string, Json> outputs;   // by component: declared outputs, may hold refs
  std::map<std::string, std::map<std::string, Json>> provided;  // by component, by capability
  std::vector<Json> status;              // rows: {"component", "label", "value" or "health": address, ...}
};

struct PlanOptions {
  std::set<std::string> replace;  // addresses that are made anew although nothing asks for it
  bool destroy = false;
};

// One environment of one stack. [main thread]
class Engine {
 public:
  // `store` may be null: then nothing is recorded yet and only expand() and plan() work.
  Engine(EngineParts parts, const Stack& stack, Store* store);

  // Pure: settings into resources. Throws Error with every problem of the settings.
  const Expanded& expand();
  // Reads the world and decides. See make_plan().
  Plan plan(const PlanOptions& options);
  // REQUIRES: the run lock is held and the plan has no errors. Opens and closes the run in the store.
  RunResult apply(Plan& plan, const std::string& command, EventSink& events, std::stop_token drain,
                  unsigned parallelism = 16, bool fail_fast = false);
  // Ends all calls that run, as the second Ctrl-C does. [any thread]
  void cancel();

  // Recorded outputs of the components, references filled in from state; what is not known yet is null.
  Json outputs();

 private:
  void use_plugins_of(PlanRequest& request);
  Diagnostics validate_desired(const Kind& kind, std::string_view desired);

  Expanded x_expanded;
  bool x_is_expanded = false;
  std::map<std::string, Schema> x_schemas;    // by kind, compiled once
  EngineParts x_parts;
  const Stack& x_stack;
  Store* x_store;
  std::unique_ptr<Caller> x_caller;
};

}  // namespace dfx
