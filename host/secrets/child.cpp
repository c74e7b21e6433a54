#include "host/secrets/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "core/model/diagnostics.hpp"
#include "host/secrets/fd.hpp"

extern char** environ;

namespace dfx::host {
namespace {

using Clock = std::chrono::steady_clock;
using End = ChildResult::End;

constexpr std::size_t k_max_errors = 4096;

[[noreturn]] void no_resources() {
  throw Error("host.no-resources", "the system gives no more processes or files", std::strerror(errno));
}

struct Pipe {
  Fd read, write;
  Pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) no_resources();
    read = Fd(ends[0]);
    write = Fd(ends[1]);
    ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  }
};

class SpawnSettings {
 public:
  SpawnSettings(const std::filesystem::path& folder, int out, int err) {
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&files, out, 1);
    ::posix_spawn_file_actions_adddup2(&files, err, 2);
    if (!folder.empty()) ::posix_spawn_file_actions_addchdir_np(&files, folder.c_str());
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    ::posix_spawnattr_init(&attributes);
    ::posix_spawnattr_setpgroup(&attributes, 0);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &all);
    ::posix_spawnattr_setflags(&attributes,
                               POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~SpawnSettings() {
    ::posix_spawn_file_actions_destroy(&files);
    ::posix_spawnattr_destroy(&attributes);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;

  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
};

int spawn(const std::vector<std::string>& command, const SpawnSettings& settings, pid_t& pid) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  return ::posix_spawnp(&pid, arguments[0], &settings.files, &settings.attributes, arguments.data(), environ);
}

int wait_ms(Clock::time_point until) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 1'000'000));
}

// Watches one running child. The destructor kills and reaps whatever still runs.
class Watch {
 public:
  Watch(pid_t pid, const ChildLimits& limits, int out, int err, int stop)
      : x_pid(pid), x_limits(limits), x_process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))), x_out(out), x_err(err), x_stop(stop) {}
  ~Watch() { if (!x_reaped) end_by_force(); }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  ChildResult run() {
    if (!x_process.valid()) no_resources();
    const auto deadline = Clock::now() + x_limits.timeout;
    while (true) {
      std::array<pollfd, 4> fds{{{x_process.get(), POLLIN, 0}, {x_stop, POLLIN, 0}, {x_out, POLLIN, 0}, {x_err, POLLIN, 0}}};
      if (::poll(fds.data(), fds.size(), wait_ms(deadline)) < 0 && errno != EINTR) no_resources();
      drain(x_out, x_result.output, x_limits.max_output + 1);
      drain(x_err, x_result.errors, k_max_errors);
      if (x_result.output.size() > x_limits.max_output) return stopped(End::too_much_output);
      if (fds[0].revents != 0) return exited();
      if (fds[1].revents != 0) return stopped(End::cancelled);
      if (Clock::now() >= deadline) return stopped(End::timed_out);
    }
  }

 private:
  // Reads what is there and keeps at most `limit` bytes; a closed pipe is not looked at again. A few reads at a time:
  // an endless writer must not keep us from the clock.
  static void drain(int& fd, std::string& into, std::size_t limit) {
    std::array<char, 8192> buffer;
    for (int reads = 0; fd >= 0 && reads < 16; ++reads) {
      const ssize_t n = ::read(fd, buffer.data(), buffer.size());
      if (n < 0) return;
      if (n == 0) fd = -1;
      into.append(buffer.data(), std::min(static_cast<std::size_t>(n), limit - std::min(limit, into.size())));
    }
  }

  ChildResult exited() {
    drain(x_out, x_result.output, x_limits.max_output + 1);
    drain(x_err, x_result.errors, k_max_errors);
    const siginfo_t info = reap();
    x_result.end = info.si_code == CLD_EXITED ? End::exited : End::signalled;
    x_result.code = info.si_status;
    return std::move(x_result);
  }

  ChildResult stopped(End why) {
    end_by_force();
    x_result.end = why;
    return std::move(x_result);
  }

  void end_by_force() {
    ::kill(-x_pid, SIGTERM);
    pollfd fd{x_process.get(), POLLIN, 0};
    const auto until = Clock::now() + x_limits.grace;
    while (::poll(&fd, 1, wait_ms(until)) < 0 && errno == EINTR) {
    }
    ::kill(-x_pid, SIGKILL);
    reap();
  }

  siginfo_t reap() {
    siginfo_t info{};
    while (::waitid(P_PID, static_cast<id_t>(x_pid), &info, WEXITED) < 0 && errno == EINTR) {
    }
    x_reaped = true;
    return info;
  }

  pid_t x_pid;
  const ChildLimits& x_limits;
  Fd x_process;
  int x_out, x_err, x_stop;
  bool x_reaped = false;
  ChildResult x_result;
};

}  // namespace

ChildResult run_child(const std::vector<std::string>& command, const std::filesystem::path& folder,
                      const ChildLimits& limits, const std::stop_token& cancel) {
  Pipe out, err;
  const Fd stop(::eventfd(0, EFD_CLOEXEC));
  if (!stop.valid()) no_resources();
  pid_t pid = 0;
  {
    const SpawnSettings settings(folder, out.write.get(), err.write.get());
    const int problem = spawn(command, settings, pid);
    if (problem != 0) return {End::not_started, problem, {}, {}};
  }
  out.write.close();
  err.write.close();
  Watch watch(pid, limits, out.read.get(), err.read.get(), stop.get());
  const std::stop_callback on_cancel(cancel, [&] { ::eventfd_write(stop.get(), 1); });
  return watch.run();
}

}  // namespace dfx::host
