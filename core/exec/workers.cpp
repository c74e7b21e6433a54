#include "core/exec/workers.hpp"

#include <utility>

namespace dfx {

struct Workers::Shared {
  std::mutex mutex;  // guards what follows
  std::condition_variable work_there, message_there;
  std::deque<Work> work, messages;
  unsigned idle = 0;
  bool closing = false;
};

Workers::Workers(unsigned most) : x_most(most), x_shared(std::make_shared<Shared>()) {}

Workers::~Workers() {
  std::deque<Work> work, messages;
  {
    const std::lock_guard lock(x_shared->mutex);
    x_shared->closing = true;
    messages.swap(x_shared->messages);
    work.swap(x_shared->work);
  }
  // A worker may wait for the answer to a message that nobody will run any more: dropping it wakes the worker.
  messages.clear();
  x_shared->work_there.notify_all();
  for (std::thread& thread : x_threads) {
    if (x_abandoned) {
      thread.detach();
    } else {
      thread.join();
    }
  }
}

void Workers::submit(Work work) {
  const std::lock_guard lock(x_shared->mutex);
  x_shared->work.push_back(std::move(work));
  if (x_shared->idle < x_shared->work.size() && x_threads.size() < x_most)
    x_threads.emplace_back([shared = x_shared] { loop(shared); });
  x_shared->work_there.notify_one();
}

void Workers::Post::operator()(Work message) const {
  {
    const std::lock_guard lock(x_shared->mutex);
    if (x_shared->closing) return;
    x_shared->messages.push_back(std::move(message));
  }
  x_shared->message_there.notify_one();
}

std::deque<Workers::Work> Workers::take(std::optional<Clock::time_point> until) {
  std::unique_lock lock(x_shared->mutex);
  const auto there = [this] { return !x_shared->messages.empty(); };
  if (until) {
    x_shared->message_there.wait_until(lock, *until, there);
  } else {
    x_shared->message_there.wait(lock, there);
  }
  return std::exchange(x_shared->messages, {});
}

void Workers::loop(const std::shared_ptr<Shared>& shared) {
  std::unique_lock lock(shared->mutex);
  for (;;) {
    ++shared->idle;
    shared->work_there.wait(lock, [&] { return shared->closing || !shared->work.empty(); });
    --shared->idle;
    if (shared->work.empty()) return;
    Work work = std::move(shared->work.front());
    shared->work.pop_front();
    lock.unlock();
    work();
    work = nullptr;
    lock.lock();
  }
}

}  // namespace dfx
