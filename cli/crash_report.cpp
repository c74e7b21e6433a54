#include "cli/crash_report.hpp"

#include <execinfo.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string_view>

#include "cli/version.hpp"

namespace dfx {
namespace {

constexpr int k_bug = 70;
constexpr std::size_t k_stack_size = 64 * 1024;

// Made before anything can go wrong: a signal handler may not allocate.
struct Report {
  std::array<char, 512> file{};
  std::array<char, 4096> head{};
  std::array<char, k_stack_size> stack{};
};

Report& report() {
  static Report the_report;
  return the_report;
}

void say(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t size = write(fd, text.data(), text.size());
    if (size <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(size));
  }
}

// [signal handlers too]
bool write_report(const char* what) {
  const int fd = open(report().file.data(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return false;
  say(fd, report().head.data());
  say(fd, what);
  say(fd, "\n\n");
  std::array<void*, 64> frames{};
  backtrace_symbols_fd(frames.data(), backtrace(frames.data(), static_cast<int>(frames.size())), fd);
  close(fd);
  return true;
}

void take_signal(int number) {
  const char* what = sigdescr_np(number);
  if (what == nullptr) what = "a signal";
  say(STDERR_FILENO, "\nerror: dfx has a bug [internal.bug]\n  ");
  say(STDERR_FILENO, what);
  if (write_report(what)) {
    say(STDERR_FILENO, "\n  The crash report is in ");
    say(STDERR_FILENO, report().file.data());
  }
  say(STDERR_FILENO, "\n  help: the state is safe: run the same command again; please send the crash report in\n");
  _exit(k_bug);
}

}  // namespace

void prepare_crash_reports(const std::vector<std::string>& arguments) {
  const char* folder = std::getenv("TMPDIR");
  if (folder == nullptr || *folder != '/') folder = "/tmp";
  std::snprintf(report().file.data(), report().file.size(), "%s/dfx-crash-%lld-%d.txt", folder,
                static_cast<long long>(std::time(nullptr)), static_cast<int>(getpid()));
  std::string line = version_line() + "\ndfx";
  for (const std::string& argument : arguments) line += " " + argument;
  std::snprintf(report().head.data(), report().head.size(), "%s\n", line.c_str());
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  std::array<void*, 1> frame{};
  backtrace(frame.data(), 1);  // loads what it needs now, not inside a handler
  stack_t stack{};
  stack.ss_sp = report().stack.data();
  stack.ss_size = report().stack.size();
  sigaltstack(&stack, nullptr);
  struct sigaction action {};
  action.sa_handler = take_signal;
  action.sa_flags = SA_ONSTACK | static_cast<int>(SA_RESETHAND);
  for (int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) sigaction(signal, &action, nullptr);
#endif
}

std::string write_crash_report(const char* what) { return write_report(what) ? report().file.data() : ""; }

}  // namespace dfx
