// Ctrl-C and its relatives: a thread that waits for signals, so that nothing has to be safe inside a handler.
#pragma once
#include <csignal>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

namespace dfx {

// While no run is guarded, a signal ends the process at once with 130: nothing is lost, state and journal are durable
// at every moment. During a run the first signal drains it, the second cancels what runs, the third ends the process.
class Interrupts {
 public:
  // What a run wants to know. The functions are called from the signal thread.
  struct Run {
    std::stop_source drain;
    std::function<void()> cancel;
    std::function<void(const std::string& words)> say;
  };

  // Blocks SIGINT, SIGTERM and SIGHUP for all threads made from now on, unless they were ignored when dfx started.
  // REQUIRES: no other thread exists yet.
  Interrupts();
  // Stops waiting. Signals stay blocked until the process ends.
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  // Signals go to `run` as long as the guard lives. [main thread]
  class Guard {
   public:
    Guard(Interrupts& owner, Run run) : x_owner(owner) { x_owner.set_run(std::move(run)); }
    ~Guard() { x_owner.clear_run(); }
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;

   private:
    Interrupts& x_owner;
  };

 private:
  void set_run(Run run);
  void clear_run();
  void wait(const std::stop_token& stop);
  void take_signal();

  sigset_t x_signals{};
  std::mutex x_mutex;
  bool x_guarded = false;
  int x_count = 0;  // signals of this run
  Run x_run;
  std::jthread x_thread;
};

}  // namespace dfx
