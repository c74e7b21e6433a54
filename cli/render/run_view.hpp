// What is known of a run while it goes on: fed with events, asked for lines. Pure: the time comes from outside.
#pragma once
#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "cli/render/terminal.hpp"
#include "core/exec/event.hpp"

namespace dfx {

class RunView {
 public:
  using Clock = std::chrono::steady_clock;

  explicit RunView(Clock::time_point start) : x_start(start) {}

  void take(const Event& event, Clock::time_point now);
  // At most `most` lines of what runs, the oldest first, and a line with the counts. Never wider than the terminal.
  std::vector<std::string> lines(const Terminal& to, std::size_t most, Clock::time_point now) const;
  // "12/57 done, 3 running, 1 waiting, 42s, about 4m left".
  std::string counts(const Terminal& to, Clock::time_point now) const;
  // What has been running for longest and what it waits for; empty: nothing runs.
  std::string oldest() const;
  bool has_begun() const { return x_total > 0; }
  std::size_t running() const { return x_running.size(); }
  // Did the last event tell something new about what it waits for?
  bool news() const { return x_news; }

 private:
  struct Running {
    Action action = Action::none;
    Step::Kind step = Step::Kind::make;
    std::string address;
    std::string words;
    bool waiting = false;
    Clock::time_point since;
    std::size_t number = 0;
  };

  std::string line(const Terminal& to, const Running& running, Clock::time_point now) const;

  std::map<std::pair<std::string, Step::Kind>, Running> x_running;
  Clock::time_point x_start;
  Clock::time_point x_eta_at;
  std::chrono::milliseconds x_eta{0};
  std::size_t x_done = 0, x_total = 0, x_failed = 0, x_skipped = 0, x_seen = 0;
  bool x_news = true;
};

// One line for the log: "  + create  lxd/lxd.instance/cp-a  done in 12s". Empty if the event is not worth one: the
// beginning of a step, and what was only looked at.
std::string event_text(const Terminal& to, const Event& event);

}  // namespace dfx
