// Threads that run calls, and the one queue by which everything comes back to the coordinator.
#pragma once
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
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

 private:
  struct Shared;

 public:
  // Hands messages to the coordinator; outlives it (then they are dropped). [any]
  class Post {
   public:
    void operator()(Work message) const;

   private:
    friend class Workers;
    explicit Post(std::shared_ptr<Shared> shared) : x_shared(std::move(shared)) {}
    std::shared_ptr<Shared> x_shared;
  };

  explicit Workers(unsigned most);
  // Waits for what runs, unless that was abandoned.
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // Hands work to a thread; starts one if all are busy and there may be more. [coordinator]
  void submit(Work work);
  Post post() const { return Post(x_shared); }
  // All messages that are there; waits for the first until `until`. Empty: time is up. [coordinator]
  std::deque<Work> take(std::optional<Clock::time_point> until);
  // Some work will never come back: nobody waits for the threads any more. They must find all they use until the
  // process ends. [coordinator]
  void abandon() { x_abandoned = true; }

 private:
  static void loop(const std::shared_ptr<Shared>& shared);

  const unsigned x_most;
  std::shared_ptr<Shared> x_shared;  // with the threads, which may have to be left behind
  std::vector<std::thread> x_threads;
  bool x_abandoned = false;
};

}  // namespace dfx
