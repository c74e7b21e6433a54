// The C++20 layer over dfx/plugin.h: a plugin is a class, its kinds are classes, one macro exports it.
// Header-only; exceptions never cross the boundary; throw dfx::sdk::Failure to end a call with a class and words.
#pragma once
#include <dfx/sdk/artifact.hpp>
#include <dfx/sdk/call.hpp>
#include <dfx/sdk/failure.hpp>
#include <dfx/sdk/machine.hpp>
#include <dfx/sdk/plugin.hpp>
#include <dfx/sdk/provider.hpp>

// Exports `Class` (derived from dfx::sdk::Plugin) as this library's plugin.
#define DFX_PLUGIN(Class, plugin_name, plugin_version)                                                         \
  extern "C" {                                                                                                 \
  extern const dfx_plugin dfx_plugin_entry __attribute__((visibility("default")));                            \
  const dfx_plugin dfx_plugin_entry = {                                                                        \
      DFX_MAGIC, DFX_ABI_MAJOR, DFX_ABI_MINOR, 0, plugin_name, plugin_version,                                 \
      [](const dfx_sink* s) -> int32_t { return ::dfx::sdk::detail::describe<Class>(s, plugin_name, plugin_version); }, \
      [](const dfx_host* h) -> const dfx_provider* { return ::dfx::sdk::detail::create<Class>(h); }};          \
  }
