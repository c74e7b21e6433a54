#include "cli/render/progress.hpp"

#include <algorithm>

namespace dfx {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds k_frame{100};
constexpr milliseconds k_silence{10000};
constexpr milliseconds k_patience{5000};

}  // namespace

PlainProgress::PlainProgress(Terminal& to, milliseconds heartbeat, milliseconds patience)
    : x_to(to), x_patience(patience), x_view(RunView::Clock::now()), x_last_word(RunView::Clock::now()) {
  if (heartbeat.count() > 0)
    x_thread = std::jthread([this, heartbeat](const std::stop_token& stop) { beat(stop, heartbeat); });
}

PlainProgress::~PlainProgress() { PlainProgress::finish(); }

void PlainProgress::take(const Event& event) {
  const std::lock_guard lock(x_mutex);
  const auto now = RunView::Clock::now();
  x_view.take(event, now);
  if (!x_view.news() || too_early(event, now)) return;
  const std::string line = event_text(x_to, event);
  if (line.empty()) return;
  x_to.out() << line << std::endl;
  x_last_word = now;
}

// Fifty machines that boot at once would bury everything else.
bool PlainProgress::too_early(const Event& event, RunView::Clock::time_point now) {
  if (event.type == Event::Type::started) x_quiet_until[event.address] = now + x_patience;
  if (event.type != Event::Type::waiting) return false;
  auto& until = x_quiet_until.try_emplace(event.address, now + x_patience).first->second;
  if (now < until) return true;
  until = now + x_patience;
  return false;
}

void PlainProgress::say(const std::string& words) {
  const std::lock_guard lock(x_mutex);
  x_to.out() << words << std::endl;
}

void PlainProgress::finish() {
  if (!x_thread.joinable()) return;
  x_thread.request_stop();
  x_thread.join();
}

void PlainProgress::beat(const std::stop_token& stop, milliseconds pause) {
  std::unique_lock lock(x_mutex);
  while (!stop.stop_requested()) {
    const auto next = x_last_word + pause;
    x_changed.wait_until(lock, stop, next, [] { return false; });
    const auto now = RunView::Clock::now();
    if (stop.stop_requested() || now < x_last_word + pause) continue;
    const std::string oldest = x_view.oldest();
    x_to.out() << "  " << x_view.counts(x_to, now) << (oldest.empty() ? "" : "  " + display(oldest)) << std::endl;
    x_last_word = now;
  }
}

LiveProgress::LiveProgress(Terminal& to) : x_to(to), x_view(RunView::Clock::now()) {
  x_thread = std::jthread([this](const std::stop_token& stop) { tick(stop); });
}

LiveProgress::~LiveProgress() { LiveProgress::finish(); }

void LiveProgress::take(const Event& event) {
  const std::lock_guard lock(x_mutex);
  x_view.take(event, RunView::Clock::now());
  const bool stays = event.type == Event::Type::done || event.type == Event::Type::left || event.type == Event::Type::failed;
  if (!stays) return;
  const std::string line = event_text(x_to, event);
  if (!line.empty()) x_above += line + "\n";
}

void LiveProgress::say(const std::string& words) {
  const std::lock_guard lock(x_mutex);
  x_above += words + "\n";
  draw();
}

// One write per frame: a terminal never shows half of it.
void LiveProgress::draw() {
  if (x_finished) {
    x_to.out() << x_above << std::flush;
    x_above.clear();
    return;
  }
  std::string out;
  erase(out);
  out += x_above;
  x_above.clear();
  const std::size_t most = std::clamp<std::size_t>(x_to.rows() / 3, 4, 12);
  const auto lines = x_view.has_begun() ? x_view.lines(x_to, most, RunView::Clock::now()) : std::vector<std::string>();
  for (const std::string& line : lines) out += line + "\n";
  x_drawn = lines.size();
  x_to.out() << out << std::flush;
}

void LiveProgress::erase(std::string& out) {
  if (x_drawn > 0) out += "\x1b[" + std::to_string(x_drawn) + "A\r\x1b[J";
  x_drawn = 0;
}

void LiveProgress::tick(const std::stop_token& stop) {
  std::unique_lock lock(x_mutex);
  while (!stop.stop_requested()) {
    draw();
    x_changed.wait_for(lock, stop, k_frame, [] { return false; });
  }
}

void LiveProgress::finish() {
  if (!x_thread.joinable()) return;
  x_thread.request_stop();
  x_thread.join();
  const std::lock_guard lock(x_mutex);
  std::string out;
  erase(out);
  out += x_above;
  x_above.clear();
  x_finished = true;
  x_to.out() << out << std::flush;
}

std::unique_ptr<Progress> make_progress(Terminal& to) {
  if (to.is_tty()) return std::make_unique<LiveProgress>(to);
  return std::make_unique<PlainProgress>(to, k_silence, k_patience);
}

}  // namespace dfx
