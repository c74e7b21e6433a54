#include "sandbox/net/loop.hpp"

#include <csignal>
#include <pthread.h>

namespace dfx::sandbox::net {
namespace {

constexpr int k_threads = 2;

// Signals belong to the program around the sandbox; its threads inherit the mask that is set while they start.
class WithoutSignals {
 public:
  WithoutSignals() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &x_before);
  }
  ~WithoutSignals() { ::pthread_sigmask(SIG_SETMASK, &x_before, nullptr); }

 private:
  sigset_t x_before{};
};

}  // namespace

Loop::Loop() : x_context(k_threads), x_work(x_context.get_executor()) {
  const WithoutSignals guard;
  for (int i = 0; i < k_threads; ++i) x_threads.emplace_back([this] { x_context.run(); });
}

Loop::~Loop() { stop(); }

void Loop::stop() {
  x_context.stop();
  for (auto& thread : x_threads) {
    if (thread.joinable()) thread.join();
  }
}

}  // namespace dfx::sandbox::net
