// A word now and then while nothing can be shown yet: silence looks like a hang.
#pragma once
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "cli/render/terminal.hpp"

namespace dfx {

// Says `words` and for how long after each `pause`, as long as it lives. Nobody else writes to `to` meanwhile.
class Patience {
 public:
  Patience(Terminal& to, std::string words, std::chrono::milliseconds pause);

 private:
  void wait(const std::stop_token& stop);

  Terminal& x_to;
  const std::string x_words;
  const std::chrono::milliseconds x_pause;
  std::mutex x_mutex;
  std::condition_variable_any x_changed;
  std::jthread x_thread;
};

}  // namespace dfx
