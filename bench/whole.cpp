// One run of the engine alone as a process of its own, for bench/run: plan N FOLDER | apply N FOLDER | fdatasync N FOLDER.
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <exception>
#include <string>

#include "bench/bench_engine.hpp"

namespace {

// What the disk itself takes for a small durable append.
int append_durably(std::size_t count, const std::string& folder) {
  std::filesystem::create_directories(folder);
  const int fd = open((folder + "/raw").c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0) return 1;
  const std::string record(600, 'x');
  for (std::size_t i = 0; i < count; ++i)
    if (write(fd, record.data(), record.size()) != static_cast<ssize_t>(record.size()) || fdatasync(fd) != 0) return 1;
  return close(fd);
}

int run(const std::string& what, std::size_t count, const std::string& folder) {
  if (what == "fdatasync") return append_durably(count, folder);
  dfx::bench::BenchEngine engine(count, folder);
  dfx::Plan plan = engine.plan();
  std::printf("%zu operations\n", plan.operations.size());
  if (what == "apply") engine.apply(plan);
  return plan.problems.has_errors() ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: %s plan|apply|fdatasync COUNT FOLDER\n", argv[0]);
    return 8;
  }
  try {
    return run(argv[1], std::stoul(argv[2]), argv[3]);
  } catch (const dfx::Error& e) {
    for (const dfx::Diagnostic& d : e.diagnostics().list()) std::fprintf(stderr, "%s: %s\n", d.code.c_str(), d.detail.c_str());
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
  }
  return 1;
}
