// Its library provides something else than the manifest beside it says.
#include "bad.hpp"

namespace {

std::int32_t describe(const dfx_sink* sink) {
  return bad::write(sink, R"({"manifest": 1, "name": "lies", "version": "1", "abi_major": 0, "concurrency": "parallel",
                              "kinds": [{"kind": "lies.thing", "severe": true,
                                         "outputs": {"properties": {"token": {"x-dfx-secret": true}}}}]})");
}

}  // namespace

BAD_PLUGIN([] {
  dfx_plugin entry = bad::k_entry;
  entry.describe = &describe;
  return entry;
}())
