// The state of one run. One thread owns all of it; workers only make calls and post messages.
#pragma once
#include <future>
#include <memory>
#include <queue>
#include <set>
#include <unordered_map>

#include "core/exec/executor.hpp"
#include "core/exec/pools.hpp"
#include "core/exec/requests.hpp"
#include "core/exec/workers.hpp"
#include "core/plan/decide.hpp"
#include "core/plan/values.hpp"

namespace dfx {

class Coordinator {
 public:
  Coordinator(Caller& caller, Store& store, Plan& plan, const ExecOptions& options, EventSink& events,
              std::stop_token drain);
  RunResult run();

 private:
  using Clock = std::chrono::steady_clock;
  using StepId = NodeId;

  // A step on its way. Lives from `ready` until it is finished.
  struct Flight {
    StepId step = 0;
    Operation* operation = nullptr;
    const Kind* kind = nullptr;
    Action action = Action::none;  // what is really done; may be less than what was planned
    Record record;                 // the row as it stands
    Record next;                   // the row once the far side has it
    std::string prior, observed, desired;
    std::string pool;
    Clock::time_point started, deadline;
    int attempts = 0;
    bool in_pool = false;
    bool intended = false;               // an intent is in the journal
    bool doubtful = false;               // nobody knows what the last call did
    std::optional<Diagnostic> setback;   // why it pauses before another attempt
    std::chrono::milliseconds pause{0};  // until health is asked again
    std::string health;                  // what health said last
    std::string rung;                    // the same, as long as health could be asked
    std::string evidence;                // what it had to show for it, such as the last lines of a console
  };
  enum class State { pending, running, finished, left, failed, skipped };
  struct Timer {
    Clock::time_point at;
    std::function<void()> act;
    bool operator<(const Timer& other) const { return at > other.at; }
  };

  // --- scheduling (coordinator.cpp)
  void start_ready();
  bool may_start_more() const;
  void drain();
  void abandon_waiting();
  void start(StepId step);
  std::string pool_of(const Flight& flight);
  void finish(Flight& flight);
  void leave(Flight& flight);
  void fail(Flight& flight, Diagnostic problem);
  void locate(Diagnostic& problem) const;
  void close_journal(const Flight& flight, const Diagnostic& problem);
  void skip(StepId step, const std::string& why);
  std::uint64_t weight_of(StepId step) const;
  void skip_rest();
  void leave_pool(Flight& flight);
  void release(StepId step);
  void report(Event::Type type, const Flight& flight, std::string message = {}, const Diagnostic* problem = nullptr);
  Event event(Event::Type type, StepId step) const;
  void at(Clock::time_point when, std::function<void()> act) { x_timers.push({when, std::move(act)}); }
  void run_timers();
  std::optional<Clock::time_point> next_timer() const;
  void note(Change change) { x_changes.push_back(std::move(change)); }
  // Makes everything noted durable, then does what waited for that.
  void flush();
  bool running() const { return !x_flights.empty(); }
  void end_flight(StepId step);

  // --- rows (refresh.cpp)
  void move_rows();
  void refresh_rows();

  // --- calls (call.cpp)
  void call(Flight& flight, Function function, std::string request, std::function<void(CallResult)> then);
  std::shared_ptr<CallContext> context_for(const Flight& flight, Function function);
  void keep_checkpoint(StepId step, const std::string& text, std::promise<void> durable);
  // Runs what follows from an answer; garbage in it ends the flight, not the run.
  void guarded(StepId step, const std::function<void()>& work);

  // --- one operation (operation.cpp)
  void begin(Flight& flight);
  void begin_step(Flight& flight);
  bool evaluate(Flight& flight);
  void fill_next(Flight& flight, const Resource& resource) const;
  void take_over_row(Flight& flight);
  static void adopt_next(Flight& flight);
  static void start_new_life(Flight& flight);
  void read_first(Flight& flight);
  void ask_again(Flight& flight, const Observation& seen, std::function<void(Flight&)> read);
  void decided(Flight& flight, const Decision& decision, const Observation& seen);
  void look(Flight& flight);
  void ask_look(Flight& flight);
  void looked(Flight& flight, const Observation& seen);
  void intend(Flight& flight, bool resumes);
  void apply(Flight& flight);
  void applied(Flight& flight, CallResult result);
  void accepted(Flight& flight, const ApplyAnswer& answer);
  void settled(Flight& flight);
  void removed(Flight& flight);
  void begin_remove(Flight& flight);
  void start_row(Flight& flight);
  void begin_make(Flight& flight);
  void retry(Flight& flight, const CallResult& result);
  void pause(Flight& flight, Diagnostic why, std::function<void(Flight&)> then, Clock::time_point end);
  void resolve(Flight& flight, const CallResult& result);
  bool has_what_it_wants(const Flight& flight, const Observation& seen) const;
  void resolved(Flight& flight, const Observation& seen, const CallResult& first);
  void take_outputs(Flight& flight);
  void ask_read(Flight& flight, std::function<void(Observation)> then);
  void wait_healthy(Flight& flight);
  void refuse_outside(Flight& flight, const std::string& why);
  std::chrono::milliseconds timeout_of(const Flight& flight) const;
  Diagnostic problem_of(const Flight& flight, const CallResult& result) const;

  // --- health (health.cpp)
  void poll_health();
  void take_health(const std::vector<StepId>& asked, const CallResult& result);
  std::optional<StepId> take_health_line(std::string_view line);
  void judge_health(Flight& flight, const std::string& status, const std::string& message, const std::string& outputs);

  const std::string& address_of(const Flight& flight) const { return x_plan.address(x_plan.entries[flight.operation->entry]); }
  Entry& entry_of(const Flight& flight) { return x_plan.entries[flight.operation->entry]; }
  bool is_removal(const Flight& flight) const { return x_plan.steps[flight.step].kind == Step::Kind::remove; }

  Caller& x_caller;
  Store& x_store;
  Plan& x_plan;
  const ExecOptions& x_options;
  EventSink& x_events;
  RunResult x_result;
  Values x_values;
  Pools x_pools;

  std::vector<State> x_states;             // by step
  std::vector<std::uint32_t> x_missing;    // steps that must be done before, by step
  std::vector<std::uint64_t> x_longest;    // remaining path in ms, by step
  std::priority_queue<std::pair<std::uint64_t, StepId>> x_ready;
  std::unordered_map<StepId, std::unique_ptr<Flight>> x_flights;
  std::multiset<std::uint64_t> x_flying;   // x_longest of each flight
  std::vector<StepId> x_waiting;           // accepted, asked for health
  std::unordered_map<std::string, StepId> x_waiting_by_address;
  std::vector<bool> x_outside;             // by entry: its outputs are not what the plan said
  std::priority_queue<Timer> x_timers;
  std::vector<Change> x_changes;           // not durable yet
  std::vector<std::function<void()>> x_after_flush;
  std::vector<std::promise<void>> x_checkpoints;  // workers that wait for the next flush
  std::size_t x_done = 0;
  std::uint64_t x_weight_left = 0;
  bool x_stopping = false;
  std::stop_token x_drain;
  Workers x_workers;  // last: joined before anything it uses goes
};

}  // namespace dfx
