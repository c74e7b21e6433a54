#include "cli/render/run_view.hpp"

#include <algorithm>

#include "cli/render/symbols.hpp"
#include "cli/render/value.hpp"

namespace dfx {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

std::string head_text(const Terminal& to, const Symbol& symbol, const std::string& address) {
  return "  " + to.paint(symbol.style, pad(symbol.sign, 1) + " " + pad(symbol.word, 7)) + display(address);
}

// Of a message that goes on with a log; the whole of it comes with the problem.
std::string first_line(const std::string& message) { return display(message.substr(0, message.find('\n'))); }

std::string tail_text(const Event& e) {
  switch (e.type) {
    case Event::Type::waiting: return "waiting: " + first_line(e.message);
    case Event::Type::retrying: return "trying again: " + first_line(e.message);
    case Event::Type::done: return e.elapsed < milliseconds(1000) ? "done" : "done in " + duration_text(e.elapsed);
    case Event::Type::left: return "made, not ready yet" + (e.message.empty() ? "" : ": " + first_line(e.message));
    case Event::Type::failed: return "failed: " + first_line(e.message);
    case Event::Type::started:
    case Event::Type::progress:
    case Event::Type::skipped: break;
  }
  return {};
}

bool is_last(Event::Type type) {
  return type == Event::Type::done || type == Event::Type::left || type == Event::Type::failed || type == Event::Type::skipped;
}

Style tail_style(Event::Type type) {
  if (type == Event::Type::failed) return Style::red;
  return type == Event::Type::done ? Style::plain : Style::dim;
}

}  // namespace

void RunView::take(const Event& e, Clock::time_point now) {
  x_done = e.done;
  x_total = e.total;
  x_news = true;
  if (e.type != Event::Type::skipped) {
    x_eta = e.eta;
    x_eta_at = now;
  }
  const auto key = std::pair{e.address, e.step};
  if (is_last(e.type)) {
    if (e.type == Event::Type::failed) ++x_failed;
    if (e.type == Event::Type::skipped) ++x_skipped;
    x_running.erase(key);
    return;
  }
  const auto [found, is_new] = x_running.try_emplace(key);
  Running& running = found->second;
  const std::string words = e.type == Event::Type::started ? "" : e.message;
  const bool waiting = e.type == Event::Type::waiting;
  x_news = is_new || waiting != running.waiting || words != running.words || e.type == Event::Type::started;
  if (is_new) {
    running.since = now - e.elapsed;
    running.number = x_seen++;
    running.address = e.address;
    running.step = e.step;
  }
  running.action = e.action;
  running.waiting = waiting;
  running.words = words;
}

std::string RunView::counts(const Terminal& to, Clock::time_point now) const {
  const auto waiting = static_cast<std::size_t>(
      std::count_if(x_running.begin(), x_running.end(), [](const auto& r) { return r.second.waiting; }));
  const std::string between = std::string(" ") + to.dot() + " ";
  std::string out = std::to_string(x_done) + "/" + std::to_string(x_total) + " done";
  if (x_running.size() > waiting) out += between + std::to_string(x_running.size() - waiting) + " running";
  if (waiting > 0) out += between + std::to_string(waiting) + " waiting";
  if (x_failed > 0) out += between + std::to_string(x_failed) + " failed";
  if (x_skipped > 0) out += between + std::to_string(x_skipped) + " not started";
  out += between + duration_text(duration_cast<milliseconds>(now - x_start));
  const auto left = x_eta - duration_cast<milliseconds>(now - x_eta_at);
  if (!x_running.empty() && left >= milliseconds(1000)) out += between + "about " + duration_text(left) + " left";
  return out;
}

std::string RunView::line(const Terminal& to, const Running& r, Clock::time_point now) const {
  const Symbol symbol = symbol_of(r.action, r.step);
  const std::size_t width = to.width() > 1 ? to.width() - 1 : 1;
  const std::size_t head = 2 + 1 + 1 + 7;
  std::string rest = display(r.address) + "  " + duration_text(duration_cast<milliseconds>(now - r.since));
  if (!r.words.empty()) rest += "  " + first_line(r.words);
  const std::string shown = shorten(rest, width > head ? width - head : 1);
  if (width <= head) return shown;
  return "  " + to.paint(symbol.style, pad(symbol.sign, 1) + " " + pad(symbol.word, 7)) + shown;
}

std::string RunView::oldest() const {
  const Running* oldest = nullptr;
  for (const auto& [key, running] : x_running)
    if (oldest == nullptr || running.number < oldest->number) oldest = &running;
  if (oldest == nullptr) return {};
  return oldest->address + (oldest->words.empty() ? "" : ": " + oldest->words);
}

std::vector<std::string> RunView::lines(const Terminal& to, std::size_t most, Clock::time_point now) const {
  std::vector<const Running*> order;
  for (const auto& [key, running] : x_running) order.push_back(&running);
  std::sort(order.begin(), order.end(), [](const Running* a, const Running* b) { return a->number < b->number; });
  const std::size_t room = most > 1 ? most - 1 : 0;
  std::vector<std::string> out;
  for (const Running* running : order) {
    if (out.size() + 1 == room && order.size() > room) {
      out.push_back("  ... and " + std::to_string(order.size() - out.size()) + " more");
      break;
    }
    if (out.size() == room) break;
    out.push_back(line(to, *running, now));
  }
  out.push_back(shorten("  " + counts(to, now), to.width() > 1 ? to.width() - 1 : 1));
  return out;
}

std::string event_text(const Terminal& to, const Event& e) {
  // What was only looked at is worth a line if it went wrong.
  if (e.action == Action::none && e.step == Step::Kind::look && e.type != Event::Type::failed) return {};
  const std::string tail = tail_text(e);
  if (tail.empty()) return {};
  return head_text(to, symbol_of(e.action, e.step), e.address) + "  " + to.paint(tail_style(e.type), tail);
}

}  // namespace dfx
