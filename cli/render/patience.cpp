#include "cli/render/patience.hpp"

#include <utility>

#include "cli/render/value.hpp"

namespace dfx {

Patience::Patience(Terminal& to, std::string words, std::chrono::milliseconds pause)
    : x_to(to), x_words(std::move(words)), x_pause(pause), x_thread([this](const std::stop_token& stop) { wait(stop); }) {}

void Patience::wait(const std::stop_token& stop) {
  const auto begin = std::chrono::steady_clock::now();
  std::unique_lock lock(x_mutex);
  for (auto next = begin + x_pause; !stop.stop_requested(); next += x_pause) {
    x_changed.wait_until(lock, stop, next, [] { return false; });
    if (stop.stop_requested()) return;
    const auto passed = std::chrono::duration_cast<std::chrono::milliseconds>(next - begin);
    x_to.out() << "  " << x_words << " (" << duration_text(passed) << ")" << std::endl;
  }
}

}  // namespace dfx
