// What every call into a plugin carries: whose call it is, how long it may take, who may stop it.
#pragma once
#include <chrono>
#include <stop_token>
#include <string>

#include "core/model/call.hpp"
#include "core/model/provider.hpp"

namespace dfx {

// Borrowed by plan and exec for one run. [any]
class Caller {
 public:
  Caller(ProviderHost& host, SecretVault* secrets, std::string stack_id, std::string environment)
      : x_host(host), x_secrets(secrets), x_stack_id(std::move(stack_id)), x_environment(std::move(environment)) {}

  ProviderHost& host() const { return x_host; }
  // {"stack": id, "environment": name}
  const std::string& stack_id() const { return x_stack_id; }
  const std::string& environment() const { return x_environment; }
  // Ends every call that is running and every later one.
  void cancel() { x_stop.request_stop(); }
  bool cancelled() const { return x_stop.stop_requested(); }
  std::stop_token token() const { return x_stop.get_token(); }

  CallContext context(const Kind& kind, Function function, std::chrono::milliseconds timeout) const {
    CallContext c;
    c.plugin = kind.plugin;
    c.function = to_string(function);
    c.effect = effect_of(function);
    c.deadline = std::chrono::steady_clock::now() + timeout;
    c.cancel = x_stop.get_token();
    c.secrets = x_secrets;
    return c;
  }

 private:
  ProviderHost& x_host;
  SecretVault* x_secrets;
  std::string x_stack_id;
  std::string x_environment;
  std::stop_source x_stop;
};

}  // namespace dfx
