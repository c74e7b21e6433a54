// Messages of every wrong sort, then more than anybody will read.
#include <string>

#include "bad.hpp"

namespace {

std::int32_t read(const dfx_provider*, const dfx_call* call) {
  for (const char* record : {"oh no", "[]", R"({"severity": "fatal", "code": "a.b", "summary": "s"})",
                             R"({"severity": "error", "code": "Not A Code", "summary": "s"})",
                             R"({"severity": "error", "code": "a.b"})", R"({"severity": "error", "code": "a.b", "summary": 7})",
                             R"({"severity": "error", "code": "bad.sound", "summary": "sound", "detail": "what", "path": "/x"})"})
    bad::write(call->diagnostics, record);
  bad::write(call->diagnostics, std::string(1u << 20, ' '));
  bad::write(call->response, "{\"written\": \"before it failed\"}\n");
  return DFX_CONFLICT;
}

std::int32_t apply(const dfx_provider*, const dfx_call* call) {
  for (int i = 0; i < 5000; ++i)
    bad::write(call->diagnostics, R"({"severity": "warning", "code": "bad.noise", "summary": "noise"})");
  return bad::answer(call, "{}");
}

}  // namespace

BAD_PLUGIN(bad::entry_with(&bad::create_with<&read, &apply>))
