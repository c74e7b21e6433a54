// The engine's view of plugins: one function. The real one loads libraries (core/plugin), tests use lambdas.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "core/model/call.hpp"
#include "core/model/diagnostics.hpp"
#include "core/model/resource.hpp"

namespace dfx {

enum class Function { expand, normalize, migrate, plan, read, apply, health };
const char* to_string(Function);
// What a function may do to the world: see CallContext.
Effect effect_of(Function);

// How a call ended; the values are those of the C ABI.
enum class CallStatus : std::int32_t {
  ok = 0, invalid = 1, absent = 2, conflict = 3, auth = 4, transient = 5, unreachable = 6, in_doubt = 7,
  cancelled = 8, unsupported = 9, internal = 10,
};
const char* to_string(CallStatus);
ErrorClass error_class_of(CallStatus);

struct CallResult {
  CallStatus status = CallStatus::internal;
  std::string response;     // empty unless ok
  Diagnostics diagnostics;  // warnings too
};

class ProviderHost {
 public:
  virtual ~ProviderHost() = default;
  // Runs one function of a plugin. Never throws; every fault of a plugin is a status with a diagnostic. [any]
  virtual CallResult call(const std::string& plugin, Function function, CallContext& context,
                          std::string_view request) = 0;
  // The kind, or null. The pointer lives as long as the host. [any]
  virtual const Kind* find_kind(const std::string& name) const = 0;
};

}  // namespace dfx
