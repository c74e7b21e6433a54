// A look at the world that ends after a while, whatever is dead.
#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "core/engine/engine.hpp"

namespace dfx {

// Ends the engine's calls once `patience` is over; does nothing if it dies earlier.
class Limit {
 public:
  Limit(Engine& engine, std::chrono::seconds patience)
      : x_thread([this, &engine, patience](const std::stop_token& stop) {
          std::unique_lock lock(x_mutex);
          x_changed.wait_for(lock, stop, patience, [] { return false; });
          if (stop.stop_requested()) return;
          x_over = true;
          engine.cancel();
        }) {}
  bool is_over() const { return x_over; }

 private:
  std::atomic<bool> x_over{false};
  std::mutex x_mutex;
  std::condition_variable_any x_changed;
  std::jthread x_thread;
};

}  // namespace dfx
