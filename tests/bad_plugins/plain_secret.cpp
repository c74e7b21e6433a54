// Gives a sensitive output in the clear, and says it in a message too.
#include "bad.hpp"

namespace {

std::int32_t read(const dfx_provider*, const dfx_call* call) {
  return bad::answer(call, "{\"address\": \"a/bad.thing/one\", \"outputs\": {\"token\": \"hunter2-in-the-clear\", \"size\": 3}}\n"
                           "{\"address\": \"a/bad.thing/two\", \"outputs\": {\"size\": 4}}\n");
}

std::int32_t apply(const dfx_provider*, const dfx_call* call) {
  bad::write(call->diagnostics,
             R"({"severity": "warning", "code": "bad.talk", "summary": "s", "detail": "the token is hunter2-in-the-clear"})");
  return bad::answer(call, R"({"identity": 1, "outputs": {"token": "hunter2-in-the-clear"}})");
}

}  // namespace

BAD_PLUGIN(bad::entry_with(&bad::create_with<&read, &apply>))
