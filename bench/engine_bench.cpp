// Inside one process: what a plan costs once everything is loaded.
#include <benchmark/benchmark.h>

#include "bench/bench_engine.hpp"

namespace dfx::bench {
namespace {

class Folder {
 public:
  Folder() {
    std::string name = "/tmp/dfx-bench-XXXXXX";
    x_path = mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(x_path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::filesystem::path& path() const { return x_path; }

 private:
  std::filesystem::path x_path;
};

void plan_of_nothing_made(benchmark::State& state) {
  const Folder folder;
  BenchEngine engine(static_cast<std::size_t>(state.range(0)), folder.path());
  for (auto _ : state) benchmark::DoNotOptimize(engine.plan().steps.size());
  state.SetComplexityN(state.range(0));
}
BENCHMARK(plan_of_nothing_made)->RangeMultiplier(10)->Range(1'000, 100'000)->Unit(benchmark::kMillisecond)->Complexity();

void plan_without_changes(benchmark::State& state) {
  const Folder folder;
  BenchEngine engine(static_cast<std::size_t>(state.range(0)), folder.path());
  Plan plan = engine.plan();
  engine.apply(plan);
  for (auto _ : state) benchmark::DoNotOptimize(engine.plan().entries.size());
  state.SetComplexityN(state.range(0));
}
BENCHMARK(plan_without_changes)->RangeMultiplier(10)->Range(1'000, 10'000)->Unit(benchmark::kMillisecond);

void durable_apply(benchmark::State& state) {
  for (auto _ : state) {
    state.PauseTiming();
    const Folder folder;
    BenchEngine engine(static_cast<std::size_t>(state.range(0)), folder.path());
    Plan plan = engine.plan();
    state.ResumeTiming();
    engine.apply(plan);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(durable_apply)->Arg(1'000)->Arg(5'000)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace dfx::bench

BENCHMARK_MAIN();
