#include "core/exec/workers.hpp"

#include <utility>

namespace dfx {

Workers::~Workers() {
  {
    const std::lock_guard lock(x_mutex);
    x_closing = true;
    // A worker may wait for the answer to a message that nobody will run any more: dropping it wakes the worker.
    x_messages.clear();
    x_work.clear();
  }
  x_work_there.notify_all();
  x_threads.clear();  // joins
}

void Workers::submit(Work work) {
  const std::lock_guard lock(x_mutex);
  x_work.push_back(std::move(work));
  if (x_idle < x_work.size() && x_threads.size() < x_most) x_threads.emplace_back([this] { loop(); });
  x_work_there.notify_one();
}

void Workers::post(Work message) {
  {
    const std::lock_guard lock(x_mutex);
    if (x_closing) return;
    x_messages.push_back(std::move(message));
  }
  x_message_there.notify_one();
}

std::deque<Workers::Work> Workers::take(std::optional<Clock::time_point> until) {
  std::unique_lock lock(x_mutex);
  const auto there = [this] { return !x_messages.empty(); };
  if (until) {
    x_message_there.wait_until(lock, *until, there);
  } else {
    x_message_there.wait(lock, there);
  }
  return std::exchange(x_messages, {});
}

void Workers::loop() {
  std::unique_lock lock(x_mutex);
  for (;;) {
    ++x_idle;
    x_work_there.wait(lock, [this] { return x_closing || !x_work.empty(); });
    --x_idle;
    if (x_work.empty()) return;
    Work work = std::move(x_work.front());
    x_work.pop_front();
    lock.unlock();
    work();
    lock.lock();
  }
}

}  // namespace dfx
