// kill -9 after a journal step of apply and destroy, at every step there is with DFX_TEST_FULL=1: the next run finishes,
// nothing is duplicated, nothing is lost and nobody is asked. strace counts the flushes to the disk and kills at the
// n-th: at that moment the step has reached the file and nothing that follows it has happened.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr int k_points = 6;  // of the everyday run

constexpr const char* k_no_latency = R"({"latency": {"create": 0.02, "start": 0.01, "address": 0, "cloud_init": 0.01,
  "stop": 0.01, "remove": 0.01, "image": 0.01, "update": 0, "exec": 0}, "rules": []})";

std::string text_of(const fs::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

fs::path new_folder() {
  std::string name = testing::TempDir() + "/dfx-kill-XXXXXX";
  return mkdtemp(name.data());
}

// A stack of its own with a simulated world of its own. Gone with the object.
class Place {
 public:
  Place() : x_folder(new_folder()) {
    fs::copy_file(DFX_EXAMPLES_DIR "/machines.stack.yaml", x_folder / "stack.yaml");
    std::ofstream(x_folder / "faults.json") << k_no_latency;
    dfx("sandbox faults faults.json");
  }
  ~Place() { fs::remove_all(x_folder); }
  // The same stack and the same world once more.
  Place(const Place& other) : x_folder(new_folder()) {
    fs::copy(other.x_folder, x_folder, fs::copy_options::recursive | fs::copy_options::overwrite_existing);
  }
  Place& operator=(const Place&) = delete;

  // The exit code; 128 and the signal's number if it was killed.
  int run(const std::string& command) {
    const std::string all = "cd '" + x_folder.string() + "' && DFX_PLUGIN_PATH='" DFX_PLUGIN_DIR "' NO_COLOR=1 " + command +
                            " >out.txt 2>err.txt </dev/null";
    const int status = std::system(all.c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  int dfx(const std::string& arguments) { return run(std::string(DFX_BINARY) + " " + arguments); }
  // Kills it at the n-th flush of its main thread; with 0 it only counts.
  int dfx_until_flush(int n, const std::string& arguments) {
    std::string trace = "strace -f -qq -o flushes.txt -e trace=fdatasync,fsync ";
    if (n > 0) trace += "-e inject=fdatasync,fsync:signal=KILL:when=" + std::to_string(n) + " ";
    return run(trace + DFX_BINARY + " " + arguments);
  }
  int flushes() const {
    std::ifstream in(x_folder / "flushes.txt");
    std::string first;
    int count = 0;
    for (std::string line; std::getline(in, line);) {
      const std::string pid = line.substr(0, line.find(' '));
      if (first.empty()) first = pid;
      count += pid == first ? 1 : 0;
    }
    return count;
  }
  std::string said() const { return text_of(x_folder / "out.txt") + text_of(x_folder / "err.txt"); }

  // What exists, without what is another one in every world, and without images: hosts keep those that they fetched.
  Json world() {
    EXPECT_EQ(dfx("sandbox status --json"), 0) << said();
    Json origins = Json::parse(text_of(x_folder / "out.txt"), nullptr, false).value("origins", Json::object());
    for (Json& origin : origins) {
      origin.erase("fingerprint");
      origin.erase("images");
      origin["counts"].erase("images");
    }
    return origins;
  }

 private:
  fs::path x_folder;
};

bool can_trace() { return std::system("strace -qq -o /dev/null true >/dev/null 2>&1") == 0; }

int stride(int flushes) {
  const char* full = std::getenv("DFX_TEST_FULL");
  return full != nullptr && std::string(full) == "1" ? 1 : std::max(1, flushes / k_points);
}

void expect_settled(Place& place, const std::string& where) {
  EXPECT_EQ(place.dfx("plan --detailed-exitcode"), 0) << where << "\n" << place.said();
}

TEST(Kill, AnApplyGoesOnAfterEveryJournalStep) {
  if (!can_trace()) GTEST_SKIP() << "strace is missing or may not trace here";
  Place whole;
  ASSERT_EQ(whole.dfx_until_flush(0, "apply --yes"), 0) << whole.said();
  const int flushes = whole.flushes();
  const Json wanted = whole.world();
  ASSERT_GT(flushes, 10);
  for (int n = 1; n <= flushes; n += stride(flushes)) {
    const std::string where = "killed at flush " + std::to_string(n) + " of " + std::to_string(flushes);
    Place place;
    if (place.dfx_until_flush(n, "apply --yes") == 0) break;  // this run needed fewer
    ASSERT_EQ(place.dfx("apply --yes"), 0) << where << "\n" << place.said();
    EXPECT_EQ(place.world(), wanted) << where;
    expect_settled(place, where);
    if (HasFailure()) return;
  }
}

TEST(Kill, WhoLooksWhileTheStateIsMadeFindsNoneOrAGoodOne) {
  if (!can_trace()) GTEST_SKIP() << "strace is missing or may not trace here";
  const Place untouched;
  for (int n = 1; n <= 8; ++n) {
    const std::string where = "killed at flush " + std::to_string(n);
    Place place(untouched);
    ASSERT_EQ(place.dfx_until_flush(n, "apply --yes"), 128 + SIGKILL) << where;
    for (const char* look : {"plan", "status", "output"}) EXPECT_EQ(place.dfx(look), 0) << where << ": " << look << "\n" << place.said();
    if (HasFailure()) return;
  }
}

TEST(Kill, ADestroyGoesOnAfterEveryJournalStep) {
  if (!can_trace()) GTEST_SKIP() << "strace is missing or may not trace here";
  Place applied;
  ASSERT_EQ(applied.dfx("plan"), 0) << applied.said();
  const Json untouched = applied.world();
  ASSERT_EQ(applied.dfx("apply --yes"), 0) << applied.said();
  Place whole(applied);
  ASSERT_EQ(whole.dfx_until_flush(0, "destroy --yes"), 0) << whole.said();
  const int flushes = whole.flushes();
  ASSERT_GT(flushes, 5);
  for (int n = 1; n <= flushes; n += stride(flushes)) {
    const std::string where = "killed at flush " + std::to_string(n) + " of " + std::to_string(flushes);
    Place place(applied);
    if (place.dfx_until_flush(n, "destroy --yes") == 0) break;
    ASSERT_EQ(place.dfx("destroy --yes"), 0) << where << "\n" << place.said();
    EXPECT_EQ(place.world(), untouched) << where;
    if (HasFailure()) return;
  }
}

}  // namespace
