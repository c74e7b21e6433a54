// What a plugin says about itself without running: the file `<name>.dfx.json` beside its library.
#pragma once
#include <string>
#include <vector>

#include "core/model/call.hpp"
#include "core/model/json.hpp"
#include "core/model/resource.hpp"

namespace dfx {

struct Need {
  std::string capability;  // "machines/1"
  bool optional = false;
};

// What `-e sandbox` serves for a plugin: which simulator, and where its origins stand ("setting:hosts/*/url").
struct SimulatorUse {
  std::string simulator;
  std::string origins;
};

struct Manifest {
  std::string name;
  std::string version;
  std::string summary;
  std::string maturity;            // "stable", "alpha", "wip" or ""
  int abi_major = 0;
  bool serial = false;
  Json settings;                   // schema of a component's settings
  std::vector<Kind> kinds;
  std::vector<Need> needs;
  std::vector<std::string> provides;
  std::vector<DryRunRule> dry_run;
  std::vector<ReadOnlyRule> read_only;
  std::vector<std::string> origins;  // where secrets may go: literal, or "setting:…"
  std::vector<SimulatorUse> simulators;
  Json commands;                   // array of {"verb", "summary", "arguments"}

  bool provides_capability(const std::string& capability) const;
};

// Throws Error "plugin.bad-manifest" with what is wrong.
Manifest manifest_from_json(const Json& json);

// The texts that "setting:hosts/*/url" names inside a component's settings; a literal names itself.
std::vector<std::string> origins_in(const std::string& origins, const Json& settings);

}  // namespace dfx
