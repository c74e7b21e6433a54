// A call into a plugin through the C boundary, with everything that the host would give it.
#pragma once
#include <dfx/plugin.h>

#include <string>
#include <vector>

#include "core/model/call.hpp"
#include "core/model/json.hpp"

namespace dfx::host::test {

// Collects what is written.
class Sink {
 public:
  Sink() : x_raw{this, [](const dfx_sink* s, dfx_bytes b) -> std::int32_t {
                   static_cast<Sink*>(s->context)->writes.emplace_back(b.data, b.size);
                   return static_cast<Sink*>(s->context)->refuse ? DFX_INVALID : DFX_OK;
                 }} {}
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;
  const dfx_sink* raw() const { return &x_raw; }
  std::string text() const {
    std::string out;
    for (const std::string& w : writes) out += w;
    return out;
  }
  std::vector<std::string> writes;
  bool refuse = false;

 private:
  dfx_sink x_raw;
};

inline dfx_bytes bytes_of(const std::string& text) { return {text.data(), text.size()}; }

// dfx_call around a CallContext. Borrowed request.
struct RawCall {
  RawCall(CallContext& context, const std::string& request)
      : raw{&context, {request.data(), request.size()}, response.raw(), diagnostics.raw()} {}
  Sink response, diagnostics;
  dfx_call raw;
};

}  // namespace dfx::host::test
