#include "core/plugin/call_lanes.hpp"

#include <condition_variable>
#include <thread>
#include <utility>

namespace dfx {

struct CallLanes::Lane {
  std::mutex mutex;  // guards what follows, except `thread`
  std::condition_variable there;
  std::condition_variable_any finished;
  std::function<void()> work;
  bool quit = false;
  bool done = false;
  bool left = false;
  std::thread thread;  // the owner's: whoever has taken the lane, or the destructor
};

CallLanes::~CallLanes() {
  for (const auto& lane : x_idle) {
    {
      const std::lock_guard lock(lane->mutex);
      lane->quit = true;
    }
    lane->there.notify_one();
    lane->thread.join();
  }
}

void CallLanes::loop(const std::shared_ptr<Lane>& lane, const Count& left_behind) {
  std::unique_lock lock(lane->mutex);
  for (;;) {
    lane->there.wait(lock, [&] { return lane->quit || lane->work; });
    if (lane->quit) return;
    std::function<void()> work = std::exchange(lane->work, nullptr);
    lock.unlock();
    work();
    work = nullptr;
    lock.lock();
    if (lane->left) {
      --*left_behind;
      return;
    }
    lane->done = true;
    lane->finished.notify_one();
  }
}

std::shared_ptr<CallLanes::Lane> CallLanes::take() {
  {
    const std::lock_guard lock(x_mutex);
    if (!x_idle.empty()) {
      auto lane = std::move(x_idle.back());
      x_idle.pop_back();
      return lane;
    }
  }
  auto lane = std::make_shared<Lane>();
  lane->thread = std::thread(&CallLanes::loop, lane, x_left_behind);
  return lane;
}

bool CallLanes::run(std::function<void()> work, const Patience& patience) {
  const std::shared_ptr<Lane> lane = take();
  std::unique_lock lock(lane->mutex);
  lane->done = false;
  lane->work = std::move(work);
  lane->there.notify_one();
  const auto done = [&] { return lane->done; };
  const auto deadline = std::min(patience.deadline, Clock::now() + k_never);
  if (!lane->finished.wait_until(lock, patience.cancel, deadline, done) &&
      !lane->finished.wait_until(lock, Clock::now() + patience.grace, done)) {
    lane->left = true;
    ++*x_left_behind;
    lane->thread.detach();
    return false;
  }
  lock.unlock();
  const std::lock_guard idle(x_mutex);
  x_idle.push_back(lane);
  return true;
}

}  // namespace dfx
