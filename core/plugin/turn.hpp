// One call at a time: for plugins whose manifest says "serial".
#pragma once
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <stop_token>

namespace dfx {

// [any]
class Turn {
 public:
  enum class Got { yes, late, cancelled, stuck };

  // Waits until nobody has the turn; `ticket` then names it. `stuck`: a call that was given up still has it.
  Got take(std::chrono::steady_clock::time_point deadline, const std::stop_token& cancel, std::uint64_t& ticket) {
    std::unique_lock lock(x_mutex);
    x_free.wait_until(lock, cancel, deadline, [this] { return x_stuck || x_holder == 0; });
    if (x_stuck) return Got::stuck;
    if (x_holder != 0) return cancel.stop_requested() ? Got::cancelled : Got::late;
    x_holder = ticket = ++x_last;
    return Got::yes;
  }
  // The call ended, in time or long after.
  void give_back() {
    {
      const std::lock_guard lock(x_mutex);
      x_holder = 0;
      x_stuck = false;
    }
    x_free.notify_one();
  }
  // The call was given up. Nothing happens if it has ended meanwhile.
  void leave_behind(std::uint64_t ticket) {
    {
      const std::lock_guard lock(x_mutex);
      if (x_holder != ticket) return;
      x_stuck = true;
    }
    x_free.notify_all();
  }

 private:
  std::mutex x_mutex;
  std::condition_variable_any x_free;
  std::uint64_t x_holder = 0;  // 0: nobody
  std::uint64_t x_last = 0;
  bool x_stuck = false;
};

}  // namespace dfx
