// Threads that run calls, and the one queue by which everything comes back to the coordinator.
#pragma once
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace dfx {

// Invariant: messages run on the coordinator's thread only, in the order they were posted.
class Workers {
 public:
  using Work = std::function<void()>;
  using Clock = std::chrono::steady_clock;

  explicit Workers(unsigned most) : x_most(most) {}
  // Waits for what runs.
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // Hands work to a thread; starts one if all are busy and there may be more. [coordinator]
  void submit(Work work);
  // Hands a message to the coordinator. [any]
  void post(Work message);
  // All messages that are there; waits for the first until `until`. Empty: time is up. [coordinator]
  std::deque<Work> take(std::optional<Clock::time_point> until);

 private:
  void loop();

  const unsigned x_most;
  std::mutex x_mutex;  // guards what follows
  std::condition_variable x_work_there, x_message_there;
  std::deque<Work> x_work, x_messages;
  unsigned x_idle = 0;
  bool x_closing = false;
  std::vector<std::jthread> x_threads;
};

}  // namespace dfx
