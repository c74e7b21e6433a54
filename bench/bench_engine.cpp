#include "bench/bench_engine.hpp"

#include <stdexcept>

#include "core/state/sqlite_store.hpp"

namespace dfx::bench {
namespace {

const void* no_extension(const dfx_host*, const char*) { return nullptr; }
constexpr dfx_host k_host = {nullptr, &no_extension};

struct Silence : EventSink {
  void take(const Event&) override {}
};

Stack stack_of(std::size_t count) {
  Diagnostics warnings;
  return load_stack_text("dfx: 1\nstack: bench\ncomponents:\n  layered: {count: " + std::to_string(count) + "}\n", "stack.yaml",
                         std::nullopt, warnings);
}

}  // namespace

BenchEngine::BenchEngine(std::size_t count, const std::filesystem::path& folder)
    : x_catalog({DFX_BENCH_PLUGINS}), x_host(&k_host, {&x_catalog}), x_stack(stack_of(count)) {
  std::filesystem::create_directories(folder);
  x_store = open_sqlite_store(folder / "state.db");
}

EngineParts BenchEngine::parts() {
  EngineParts p;
  p.host = &x_host;
  p.use_plugin = [this](const std::string& name) -> const Manifest& {
    const InstalledPlugin* plugin = x_catalog.find(name);
    if (plugin == nullptr) throw Error("plugin.not-installed", "no such plugin", name);
    x_host.use(*plugin);
    return plugin->manifest;
  };
  p.installed = [] { return std::vector<const Manifest*>(); };
  return p;
}

Plan BenchEngine::plan() {
  x_engine = std::make_unique<Engine>(parts(), x_stack, x_store.get());
  return x_engine->plan({});
}

void BenchEngine::apply(Plan& plan) {
  Silence silence;
  if (!x_engine->apply(plan, "apply", silence, {}).complete()) throw std::runtime_error("not everything was made");
}

}  // namespace dfx::bench
