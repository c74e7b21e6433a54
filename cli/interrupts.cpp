#include "cli/interrupts.hpp"

#include <pthread.h>
#include <unistd.h>

#include <array>
#include <utility>

namespace dfx {
namespace {

constexpr std::array k_signals{SIGINT, SIGTERM, SIGHUP};
// Wakes the thread when it is to end; nobody else sends it here.
constexpr int k_wake = SIGUSR2;
constexpr int k_interrupted = 130;

bool is_ignored(int signal) {
  struct sigaction action {};
  return sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

}  // namespace

Interrupts::Interrupts() {
  sigemptyset(&x_signals);
  for (int signal : k_signals)
    if (!is_ignored(signal)) sigaddset(&x_signals, signal);
  sigaddset(&x_signals, k_wake);
  pthread_sigmask(SIG_BLOCK, &x_signals, nullptr);
  x_thread = std::jthread([this](const std::stop_token& stop) { wait(stop); });
}

Interrupts::~Interrupts() {
  x_thread.request_stop();
  pthread_kill(x_thread.native_handle(), k_wake);
}

void Interrupts::set_run(Run run) {
  const std::lock_guard lock(x_mutex);
  x_run = std::move(run);
  x_guarded = true;
  x_count = 0;
}

void Interrupts::clear_run() {
  const std::lock_guard lock(x_mutex);
  x_run = {};
  x_guarded = false;
}

void Interrupts::wait(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    int signal = 0;
    if (sigwait(&x_signals, &signal) == 0 && signal != k_wake) take_signal();
  }
}

void Interrupts::take_signal() {
  const std::lock_guard lock(x_mutex);
  if (!x_guarded || ++x_count > 2) _exit(k_interrupted);
  if (x_count == 1) {
    if (x_run.say) x_run.say("stopping: what runs is finished, nothing new begins; again to cancel what runs");
    x_run.drain.request_stop();
    return;
  }
  if (x_run.say) x_run.say("cancelling what runs; once more to leave at once, the next run sorts it out");
  if (x_run.cancel) x_run.cancel();
}

}  // namespace dfx
