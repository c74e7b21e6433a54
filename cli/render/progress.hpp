// The talk of a run: a live block on a terminal, plain lines anywhere else.
#pragma once
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "cli/render/run_view.hpp"
#include "cli/render/terminal.hpp"
#include "core/exec/event.hpp"

namespace dfx {

class Progress : public EventSink {
 public:
  // Takes the live block off the screen; what was said stays.
  virtual void finish() = 0;
  // Words from outside of the run, such as the answer to Ctrl-C. [any thread]
  virtual void say(const std::string& words) = 0;
};

// Lines as things happen, and one line of counts after ten silent seconds. No control characters.
class PlainProgress : public Progress {
 public:
  // A step says what it waits for once it has waited for `patience`, and no more often. `heartbeat` 0: none. Borrows
  // the terminal.
  PlainProgress(Terminal& to, std::chrono::milliseconds heartbeat, std::chrono::milliseconds patience);
  ~PlainProgress() override;
  void take(const Event& event) override;
  void finish() override;
  void say(const std::string& words) override;

 private:
  bool too_early(const Event& event, RunView::Clock::time_point now);
  void beat(const std::stop_token& stop, std::chrono::milliseconds pause);

  Terminal& x_to;
  const std::chrono::milliseconds x_patience;
  std::mutex x_mutex;
  std::condition_variable_any x_changed;
  RunView x_view;
  RunView::Clock::time_point x_last_word;
  std::map<std::string, RunView::Clock::time_point> x_quiet_until;  // by address
  std::jthread x_thread;
};

// A block redrawn in place at most ten times a second; finished steps scroll away above it.
class LiveProgress : public Progress {
 public:
  // Borrows the terminal. REQUIRES: it is one.
  explicit LiveProgress(Terminal& to);
  ~LiveProgress() override;
  void take(const Event& event) override;
  void finish() override;
  void say(const std::string& words) override;

 private:
  void tick(const std::stop_token& stop);
  void draw();   // REQUIRES: the lock is held
  void erase(std::string& out);

  Terminal& x_to;
  std::mutex x_mutex;
  std::condition_variable_any x_changed;
  RunView x_view;
  std::string x_above;         // lines that are to scroll away
  std::size_t x_drawn = 0;     // lines on the screen
  bool x_finished = false;
  std::jthread x_thread;
};

// What fits the terminal.
std::unique_ptr<Progress> make_progress(Terminal& to);

}  // namespace dfx
