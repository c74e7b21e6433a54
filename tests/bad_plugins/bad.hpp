// A plugin on the bare C ABI, sound in everything that its file does not bend. BAD_NAME and BAD_CONCURRENCY come from
// the build, which writes the manifest beside the library.
#pragma once
#include <dfx/plugin.h>

#include <cstdint>
#include <string_view>

namespace bad {

using Call = std::int32_t (*)(const dfx_provider*, const dfx_call*);

inline std::int32_t write(const dfx_sink* sink, std::string_view text) { return sink->write(sink, {text.data(), text.size()}); }

inline std::int32_t answer(const dfx_call* call, std::string_view text) {
  write(call->response, text);
  return DFX_OK;
}

inline std::int32_t fine(const dfx_provider*, const dfx_call* call) { return answer(call, "{}\n"); }
inline void destroy(const dfx_provider*) {}
inline const void* no_extension(const dfx_provider*, const char*) { return nullptr; }

inline constexpr dfx_provider k_provider = {nullptr, &destroy, &fine, &fine, &fine, &fine, &fine, &fine, &fine, &no_extension};

inline std::int32_t describe(const dfx_sink* sink) {
  return write(sink, R"({"manifest": 1, "name": ")" BAD_NAME R"(", "version": "1", "abi_major": 0,)"
                     R"( "concurrency": ")" BAD_CONCURRENCY R"(", "kinds": [{"kind": ")" BAD_NAME R"(.thing",)"
                     R"( "outputs": {"properties": {"token": {"x-dfx-secret": true}}}}]})");
}

inline const dfx_provider* create(const dfx_host*) { return &k_provider; }

inline constexpr dfx_plugin k_entry = {DFX_MAGIC, DFX_ABI_MAJOR, DFX_ABI_MINOR, 0, BAD_NAME, "1", &describe, &create};

// A sound entry whose provider has other functions for read and apply.
template <Call read_call, Call apply_call>
const dfx_provider* create_with(const dfx_host*) {
  static constexpr dfx_provider k_bent = {nullptr,    &destroy,   &fine, &fine,         &fine, &fine,
                                          read_call, apply_call, &fine, &no_extension};
  return &k_bent;
}

constexpr dfx_plugin entry_with(const dfx_provider* (*create_call)(const dfx_host*)) {
  dfx_plugin entry = k_entry;
  entry.create = create_call;
  return entry;
}

}  // namespace bad

// The exported constant: any constant expression.
#define BAD_PLUGIN(...)                                                                   \
  extern "C" {                                                                           \
  extern const dfx_plugin dfx_plugin_entry __attribute__((visibility("default")));       \
  constinit const dfx_plugin dfx_plugin_entry = __VA_ARGS__;                             \
  }
