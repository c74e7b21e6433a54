// What is noted of a request: where it went and what came of it, never what was in it; for sources inside this folder.
#pragma once
#include <chrono>
#include <string>

#include "core/model/call.hpp"
#include "core/model/provider.hpp"
#include "host/http/effect.hpp"

namespace dfx::host {

class TraceLine {
 public:
  // Starts the watch. `call` is borrowed.
  explicit TraceLine(const CallContext& call) : x_call(call), x_start(std::chrono::steady_clock::now()) {}

  void about(const std::string& method, const Url& url, RequestEffect effect);
  // One JSON object without a line feed.
  std::string text(CallStatus outcome) const;

  int status = 0;
  std::size_t bytes = 0;

 private:
  const CallContext& x_call;
  std::chrono::steady_clock::time_point x_start;
  std::string x_method;
  std::string x_url;
  std::string x_effect;
};

}  // namespace dfx::host
