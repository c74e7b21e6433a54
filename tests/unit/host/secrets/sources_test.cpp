#include "host/secrets/sources.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <fstream>
#include <thread>

#include "host/secrets/fd.hpp"
#include "tests/unit/host/shell.hpp"

namespace dfx::host {
namespace {

using namespace std::chrono_literals;
using test::TempFolder;

// "code: detail" of what an action throws.
std::string problem_of(const std::function<std::string()>& action) {
  try {
    return "gave " + action();
  } catch (const Error& e) {
    const Diagnostic& d = e.diagnostics().list().front();
    return d.code + ": " + d.detail;
  }
}

std::string from_shell(const std::string& script, std::chrono::milliseconds timeout = 10s, std::stop_token cancel = {}) {
  return secret_from_command("token", {"sh", "-c", script}, {}, timeout, cancel);
}

// True once the process is gone; one that was not killed would go on for ten minutes.
bool ends_soon(pid_t pid) {
  const Fd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  pollfd fd{process.get(), POLLIN, 0};
  return !process.valid() || ::poll(&fd, 1, 60'000) == 1;
}

}  // namespace

TEST(SecretSources, EnvironmentGivesTheValueOrSaysWhatToSet) {
  ::setenv("DFX_TEST_SECRET", "value-1\n", 1);
  EXPECT_EQ(secret_from_env("token", "DFX_TEST_SECRET"), "value-1");
  ::unsetenv("DFX_TEST_SECRET");
  EXPECT_EQ(problem_of([] { return secret_from_env("token", "DFX_TEST_SECRET"); }),
            "secret.missing: secret `token`: the environment variable DFX_TEST_SECRET is not set");
}

TEST(SecretSources, FileGivesItsTextWithoutTheLastLineFeed) {
  const TempFolder folder;
  Diagnostics warnings;
  folder.write("token", "two\nlines\n");
  EXPECT_EQ(secret_from_file("token", "token", folder / "", warnings), "two\nlines");
  EXPECT_TRUE(warnings.empty());
}

TEST(SecretSources, FileThatOthersCanReadIsAWarning) {
  const TempFolder folder;
  Diagnostics warnings;
  folder.write("token", "value", false);
  EXPECT_EQ(secret_from_file("token", "token", folder / "", warnings), "value");
  ASSERT_EQ(warnings.list().size(), 1u);
  EXPECT_EQ(warnings.list()[0].code, "secret.readable");
  EXPECT_EQ(warnings.list()[0].help.find("chmod 600 "), 0u);
}

TEST(SecretSources, FileThatIsMissingEmptyOrAPipeIsRefused) {
  const TempFolder folder;
  Diagnostics warnings;
  const auto read = [&](const std::string& name) {
    return problem_of([&] { return secret_from_file("token", name, folder / "", warnings); });
  };
  EXPECT_EQ(read("absent").find("secret.missing: "), 0u);
  folder.write("empty", "\n");
  EXPECT_EQ(read("empty").find("secret.missing: "), 0u);
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(read("pipe").find("secret.failed: "), 0u);
}

TEST(SecretSources, CommandGivesItsOutput) {
  EXPECT_EQ(from_shell("echo value; echo noise >&2"), "value");
  EXPECT_EQ(secret_from_command("token", {"pwd"}, "/", 10s), "/");
}

TEST(SecretSources, CommandHasNoInput) { EXPECT_EQ(from_shell("cat; echo end"), "end"); }

TEST(SecretSources, CommandThatFailsSaysWhyWithoutItsOutput) {
  const std::string problem = problem_of([] { return from_shell("echo hunter2; echo no login >&2; exit 3"); });
  EXPECT_EQ(problem, "secret.failed: secret `token`: `sh` ended with status 3; it said: no login ");
  EXPECT_EQ(problem_of([] { return secret_from_command("token", {"dfx-no-such-program"}, {}, 10s); }),
            "secret.failed: secret `token`: `dfx-no-such-program` cannot be started: No such file or directory");
  EXPECT_EQ(problem_of([] { return from_shell("true"); }), "secret.missing: secret `token`: `sh` wrote nothing");
}

TEST(SecretSources, CommandIsStoppedAtItsTimeout) {
  const std::string problem = problem_of([&] { return from_shell("sleep 600", 50ms); });
  EXPECT_EQ(problem.find("secret.failed: secret `token`: `sh` did not end in time"), 0u) << problem;
}

TEST(SecretSources, CommandIsStoppedOnCancelWithAllItsChildren) {
  const TempFolder folder;
  const std::string fifo = folder / "pid";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  std::stop_source stop;
  std::string pid;
  std::jthread canceller([&] {
    std::getline(std::ifstream(fifo) >> std::ws, pid);  // comes back when the child has written
    stop.request_stop();
  });
  const std::string problem =
      problem_of([&] { return from_shell("sleep 600 & echo $! > " + fifo + "; wait", 600s, stop.get_token()); });
  canceller.join();
  EXPECT_NE(problem.find("asked to stop"), std::string::npos) << problem;
  EXPECT_TRUE(ends_soon(std::stoi(pid)));
}

TEST(SecretSources, CommandThatWritesWithoutEndIsStopped) {
  EXPECT_NE(problem_of([] { return from_shell("yes"); }).find("wrote more than 1 MiB"), std::string::npos);
  EXPECT_NE(problem_of([] { return from_shell("yes >&2", 500ms); }).find("did not end in time"), std::string::npos);
}

}  // namespace dfx::host
