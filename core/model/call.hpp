// One call into a plugin, as the host's services see it.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/diagnostics.hpp"
#include "core/model/json.hpp"

namespace dfx {

// What a call may do to the outside world. The host classifies each request by itself and compares.
enum class Effect {
  none,   // expand, normalize, migrate: no input or output at all
  read,   // plan, read, health: reads and declared dry runs
  write,  // apply
};

// A request that is no GET and still changes nothing; declared in a plugin's manifest ("dry_run").
struct DryRunRule {
  std::string method;      // "POST", "PATCH" ...
  std::string path_prefix;  // "" = any
  std::string query;       // must be one of the query's parts, such as "dryRun=All"; "" = not looked at
};

// A program or script that changes nothing on the machine where it runs; declared in a plugin's manifest ("read_only").
struct ReadOnlyRule {
  std::vector<std::string> argv;  // word by word; "*" any one word, "..." at the end any further ones, never an option
  std::string script;             // or exactly this text
};

// Values behind secret handles. [any]
class SecretVault {
 public:
  virtual ~SecretVault() = default;
  // Nothing if there is no such handle. The caller keeps the copy as short as it can.
  virtual std::optional<std::string> reveal(const std::string& handle) = 0;
  // Keeps a value sealed under `handle`; the same handle replaces it.
  virtual void keep(const std::string& handle, const std::string& value) = 0;
  // `text` with each known secret value (also in base64 and JSON-escaped form) replaced by "(secret)".
  virtual std::string redact(std::string text) const = 0;
};

// Owned by the host for the length of one call; plugins carry it opaquely (dfx_call.context).
struct CallContext {
  std::string plugin;
  std::string component;
  std::string function;      // "read", "apply" ...
  std::string address;       // of a single-resource call, else empty
  std::string operation_id;  // of an apply, else empty
  Effect effect = Effect::none;
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
  std::stop_token cancel;
  const std::vector<DryRunRule>* dry_run_rules = nullptr;
  const std::vector<ReadOnlyRule>* read_only_rules = nullptr;
  SecretVault* secrets = nullptr;
  std::uint32_t kept = 0;  // secrets that this call has sealed so far; numbers their handles
  std::function<void(std::string_view)> progress;              // may be empty
  std::function<void(std::string_view json)> checkpoint;       // durable when it returns; empty outside apply
  std::function<void(const Diagnostic&)> diagnose;             // adds a problem to the call's list; may be empty

  std::chrono::milliseconds time_left() const {
    const auto now = std::chrono::steady_clock::now();
    if (deadline == std::chrono::steady_clock::time_point::max()) return std::chrono::hours(24);
    if (deadline <= now) return std::chrono::milliseconds(0);
    return std::chrono::duration_cast<std::chrono::milliseconds>(deadline - now);
  }
};

}  // namespace dfx
