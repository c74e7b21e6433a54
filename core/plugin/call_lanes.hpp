// Threads for calls into plugins. A call that does not come back keeps its thread: nobody waits for it, nobody kills it.
#pragma once
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <vector>

namespace dfx {

// Far enough to be never, near enough that no clock arithmetic overflows.
inline constexpr std::chrono::hours k_never{24 * 365};

// [any]
class CallLanes {
 public:
  using Clock = std::chrono::steady_clock;
  // When a call is given up: `grace` after its deadline or after it was told to stop, whichever comes first.
  struct Patience {
    Clock::time_point deadline = Clock::time_point::max();
    std::stop_token cancel;
    Clock::duration grace{};
  };

  CallLanes() = default;
  // REQUIRES: no run() is going on. Threads that were left behind stay as they are.
  ~CallLanes();
  CallLanes(const CallLanes&) = delete;
  CallLanes& operator=(const CallLanes&) = delete;

  // Runs `work` on a thread of its own and waits. False: it was given up; it goes on, and what it owns lives until it
  // ends. `work` must not throw. Throws std::system_error if there is no thread to be had; then nothing ran.
  bool run(std::function<void()> work, const Patience& patience);
  // Calls that were given up and still run.
  std::size_t left_behind() const { return *x_left_behind; }

 private:
  struct Lane;
  using Count = std::shared_ptr<std::atomic<std::size_t>>;
  static void loop(const std::shared_ptr<Lane>& lane, const Count& left_behind);
  std::shared_ptr<Lane> take();

  std::mutex x_mutex;
  std::vector<std::shared_ptr<Lane>> x_idle;
  Count x_left_behind = std::make_shared<std::atomic<std::size_t>>(0);
};

}  // namespace dfx
