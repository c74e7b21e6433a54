// One call in progress: everything that a plugin may touch while it runs, also after the caller has given it up.
#pragma once
#include <dfx/plugin.h>

#include <string>

#include "core/model/manifest.hpp"
#include "core/model/provider.hpp"
#include "core/plugin/gate.hpp"
#include "core/plugin/sinks.hpp"

namespace dfx {

// Shared by the caller and the thread that runs it. `manifest` and `provider` are borrowed and outlive the call.
class PluginCall {
 public:
  PluginCall(const Manifest& manifest, const dfx_provider& provider, Function function, const CallContext& caller,
             std::string_view request, std::size_t most_response_bytes);
  PluginCall(const PluginCall&) = delete;
  PluginCall& operator=(const PluginCall&) = delete;

  // On the thread that may be left behind.
  void run() noexcept;
  // The caller has given up: from now on nothing of it is used.
  void give_up() { x_gate.close(); }
  // What came of it. Call it once, after run() has returned.
  CallResult conclude(const Kind* kind);
  // "plugin `lxd`, apply of lxd/lxd.instance/a", for messages.
  const std::string& who() const { return x_who; }

 private:
  int32_t enter() const;
  void fault(CallResult& result, const char* code, const char* summary, const std::string& what);
  void take_response(CallResult& result, const Kind* kind);

  const dfx_provider& x_provider;
  const Function x_function;
  const std::string x_request;
  const std::string x_who;
  Gate x_gate;
  DiagnosticsSink x_diagnostics;
  ByteSink x_response;
  CallContext x_context;
  dfx_call x_raw;
  std::int32_t x_status = DFX_INTERNAL;
  std::string x_thrown;  // what it threw; empty: nothing
};

}  // namespace dfx
