// The stack file for one environment: overlays merged, variables replaced, envelopes read, settings untouched.
#pragma once
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/config/node.hpp"
#include "core/config/schema.hpp"
#include "core/model/diagnostics.hpp"
#include "core/model/json.hpp"

namespace dfx {

// A named instance of a plugin. The envelope is the same for every plugin; all else is `settings`.
struct Component {
  std::string name;
  std::string plugin;  // defaults to `name`
  bool enabled = true;
  std::map<std::string, std::string> uses;  // capability -> component that provides it
  std::map<std::string, Place> uses_places;
  bool protect = false;
  std::string on_delete;               // "keep", "delete" or "" (the kind's default)
  std::string on_conflict = "stop";    // "stop", "take" or "yield"
  std::vector<std::string> ignore;     // paths whose drift is left alone
  Json timeouts = Json::object();      // operation -> duration text
  Json adopt = Json::object();         // address -> id of the object to take over
  Node settings;                       // a mapping, not yet typed: convert it with the plugin's schema
  Place place;                         // of the name
  Place enabled_place;                 // of `enabled`, or of the name
};

// Where a secret comes from; nothing is read or run here.
struct SecretSource {
  std::string name;
  std::string type;  // "env", "file", "command" or "generate"
  Json source;       // env, file: text; command: list of texts; generate: {"length": n}
  Place place;
};

struct Moved {
  std::string from;
  std::string to;  // both addresses, or both component names
  Place place;
};

struct Stack {
  std::string file;
  std::string name;
  std::string environment;
  std::vector<std::string> environments;  // declared ones, or just "default"
  bool sandbox = false;
  Place sandbox_place;                    // of what says so or might say otherwise: a `sandbox:`, or the environment
  std::vector<Component> components;      // in the order written; disabled ones too
  std::vector<SecretSource> secrets;
  std::vector<Moved> moved;
  Json vars = Json::object();             // as this environment sees them, typed as YAML's core schema would
  Json recipients = Json::array();

  const Component* find_component(const std::string& component) const;  // borrowed; null when there is none
};

// Reads at most 4 MiB from a regular file, never waits on a pipe. Throws Error with every problem found, sorted by
// place. `environment` empty: default_environment, or the only one. "sandbox" always works: without an environment of
// that name it is the base with sandbox = true. Several environments and none chosen: "config.environment-required".
Stack load_stack(const std::filesystem::path& file, const std::optional<std::string>& environment,
                 Diagnostics& warnings);

// The same for text already read; `file` is the name in messages.
Stack load_stack_text(std::string_view text, const std::string& file, const std::optional<std::string>& environment,
                      Diagnostics& warnings);

// The names of the environments that the file declares, or just "default". Throws Error "config.*".
std::vector<std::string> stack_environments(const std::filesystem::path& file);

// What settings of `component` may refer to.
ConvertOptions convert_options(const Stack& stack, const Component& component);

// Keys that dfx keeps for itself in every component; a plugin's settings schema must define neither them nor the
// reserved ones below.
const std::vector<std::string>& envelope_keys();

// Words that dfx will give a meaning and has none for yet: refused, so that nobody relies on what is not done.
const std::vector<std::string>& reserved_stack_keys();
const std::vector<std::string>& reserved_envelope_keys();

// JSON Schema of the file's top level and of the envelope (for `explain` and editors).
const Json& stack_schema();
const Json& envelope_schema();

}  // namespace dfx
