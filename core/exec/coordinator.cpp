// Scheduling: what may start, in which order, and what follows from each end.
#include "core/exec/coordinator.hpp"

#include <algorithm>

namespace dfx {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

std::vector<std::uint32_t> weights(const Plan& plan) {
  std::vector<std::uint32_t> out;
  out.reserve(plan.steps.size());
  for (const Step& step : plan.steps)
    out.push_back(static_cast<std::uint32_t>(
        std::max(1, plan.entries[plan.operations[step.operation].entry].kind->weight_ms)));
  return out;
}

}  // namespace

Coordinator::Coordinator(Caller& caller, Store& store, Plan& plan, const ExecOptions& options, EventSink& events,
                         std::stop_token drain)
    : x_caller(caller), x_store(store), x_plan(plan), x_options(options), x_events(events),
      x_values([this](const std::string& address) -> std::optional<std::string> {
        const auto found = x_plan.index.find(address);
        if (found == x_plan.index.end() || !x_plan.entries[found->second].outputs_known) return std::nullopt;
        return x_plan.entries[found->second].outputs;
      }),
      x_states(plan.steps.size(), State::pending), x_missing(plan.steps.size()), x_outside(plan.entries.size()),
      x_drain(std::move(drain)), x_workers(options.parallelism) {
  const auto weight = weights(plan);
  x_longest = plan.order.longest_remaining(weight);
  for (std::uint32_t w : weight) x_weight_left += w;
  for (StepId step = 0; step < plan.steps.size(); ++step) {
    x_missing[step] = static_cast<std::uint32_t>(plan.order.before(step).size());
    if (x_missing[step] == 0) x_ready.emplace(x_longest[step], step);
  }
}

RunResult Coordinator::run() {
  const std::stop_callback wake(x_drain, [this] { x_workers.post([] {}); });
  move_rows();
  refresh_rows();
  for (;;) {
    if (x_drain.stop_requested() && !x_result.interrupted) drain();
    start_ready();
    poll_health();
    flush();
    if (!x_changes.empty() || !x_after_flush.empty() || !x_waiting.empty() || may_start_more()) continue;
    if (!running()) break;
    for (auto& message : x_workers.take(next_timer())) message();
    run_timers();
  }
  skip_rest();
  return std::move(x_result);
}

bool Coordinator::may_start_more() const {
  // What only waits to become healthy holds no place.
  return !x_stopping && !x_ready.empty() && x_flights.size() - x_waiting_by_address.size() < x_options.parallelism;
}

// No new work; what runs is finished; what only waits is left to the next run.
void Coordinator::drain() {
  x_stopping = true;
  x_result.interrupted = true;
  abandon_waiting();
  std::vector<StepId> pausing;
  for (const auto& [step, flight] : x_flights)
    if (flight->setback) pausing.push_back(step);
  for (StepId step : pausing) fail(*x_flights.at(step), *x_flights.at(step)->setback);
}

// A drain does not wait for health: the rows say that it is missing, and the next run goes on from there.
void Coordinator::abandon_waiting() {
  x_waiting.clear();
  for (const auto& [address, step] : std::exchange(x_waiting_by_address, {})) {
    const auto found = x_flights.find(step);
    if (found == x_flights.end()) continue;
    leave(*found->second);
  }
}

// Made, and nobody has seen it work yet.
void Coordinator::leave(Flight& flight) {
  const StepId step = flight.step;
  leave_pool(flight);
  ++x_result.waiting;
  x_states[step] = State::left;
  x_weight_left -= weight_of(step);
  report(Event::Type::left, flight, flight.health);
  end_flight(step);
  for (StepId next : x_plan.order.after(step)) skip(next, "interrupted");
}

void Coordinator::start_ready() {
  while (may_start_more()) {
    const auto next = x_ready.top();
    x_ready.pop();
    if (x_states[next.second] == State::pending) start(next.second);
  }
}

// If its pool has no place now, the pool remembers it.
void Coordinator::start(StepId step) {
  Operation& operation = x_plan.operations[x_plan.steps[step].operation];
  auto flight = std::make_unique<Flight>();
  flight->step = step;
  flight->operation = &operation;
  flight->kind = x_plan.entries[operation.entry].kind;
  flight->action = operation.action;
  flight->started = Clock::now();
  if (!flight->kind->pool.empty()) flight->pool = pool_of(*flight);
  if (x_pools.blocked(flight->pool)) {
    skip(step, "an operation of its pool " + flight->pool + " failed in this run");
    return;
  }
  if (!x_pools.enter(flight->pool, *flight->kind, {x_longest[step], step})) return;
  flight->in_pool = true;
  x_states[step] = State::running;
  Flight& running = *flight;
  x_flights.emplace(step, std::move(flight));
  x_flying.insert(x_longest[step]);
  begin(running);
}

std::string Coordinator::pool_of(const Flight& flight) {
  const Entry& entry = x_plan.entries[flight.operation->entry];
  const Resource* resource = x_plan.resource(entry);
  if (resource == nullptr || resource->connection.empty())
    return pool_name(*flight.kind, entry.record >= 0 ? x_plan.record(entry)->connection : "");
  return pool_name(*flight.kind, canonical(x_values.evaluate(resource->connection)));
}

void Coordinator::leave_pool(Flight& flight) {
  if (!flight.in_pool) return;
  flight.in_pool = false;
  if (const auto next = x_pools.leave(flight.pool)) x_ready.push(*next);
}

void Coordinator::end_flight(StepId step) {
  const auto waits = x_waiting_by_address.find(x_flights.at(step)->record.address);
  if (waits != x_waiting_by_address.end() && waits->second == step) x_waiting_by_address.erase(waits);
  x_flying.erase(x_flying.find(x_longest[step]));
  x_flights.erase(step);
}

void Coordinator::finish(Flight& flight) {
  const StepId step = flight.step;
  leave_pool(flight);
  ++x_done;
  x_states[step] = State::finished;
  x_weight_left -= weight_of(step);
  report(Event::Type::done, flight);
  end_flight(step);
  release(step);
}

void Coordinator::release(StepId step) {
  for (StepId next : x_plan.order.after(step)) {
    if (--x_missing[next] > 0 || x_states[next] != State::pending) continue;
    x_ready.emplace(x_longest[next], next);
  }
}

void Coordinator::fail(Flight& flight, Diagnostic problem) {
  const StepId step = flight.step;
  leave_pool(flight);
  if (flight.kind->latched)
    for (const Pools::Waiter& waiter : x_pools.block(flight.pool)) x_ready.push(waiter);
  ++x_result.failed;
  if (flight.doubtful) problem.error_class = ErrorClass::in_doubt;
  if (problem.error_class == ErrorClass::in_doubt) ++x_result.in_doubt;
  x_states[step] = State::failed;
  x_weight_left -= weight_of(step);
  problem.address = address_of(flight);
  locate(problem);
  close_journal(flight, problem);
  report(Event::Type::failed, flight, problem.detail.empty() ? problem.summary : problem.detail, &problem);
  x_result.problems.add(std::move(problem));
  const std::string why = "it needs " + address_of(flight) + ", which failed";
  end_flight(step);
  if (x_options.fail_fast) x_stopping = true;
  for (StepId next : x_plan.order.after(step)) skip(next, why);
}

void Coordinator::locate(Diagnostic& problem) const {
  if (x_options.locate) x_options.locate(problem);
}

// The row stays as its intent left it: the next run reads the object before it believes anything.
void Coordinator::close_journal(const Flight& flight, const Diagnostic& problem) {
  if (!flight.intended || problem.error_class == ErrorClass::in_doubt) return;
  Change change;
  change.kind = Change::Kind::outcome;
  change.record = flight.record;
  change.operation = flight.record.operation;
  change.result = to_string(problem.error_class);
  change.message = problem.detail.empty() ? problem.summary : problem.detail;
  note(std::move(change));
}

void Coordinator::skip(StepId step, const std::string& why) {
  std::vector<StepId> todo{step};
  while (!todo.empty()) {
    const StepId current = todo.back();
    todo.pop_back();
    if (x_states[current] != State::pending) continue;
    x_states[current] = State::skipped;
    ++x_result.skipped;
    x_weight_left -= weight_of(current);
    Event e = event(Event::Type::skipped, current);
    e.message = why;
    x_events.take(e);
    for (StepId next : x_plan.order.after(current)) todo.push_back(next);
  }
}

void Coordinator::skip_rest() {
  const char* why = x_result.interrupted ? "interrupted" : "the run stopped at the first failure";
  for (StepId step = 0; step < x_states.size(); ++step)
    if (x_states[step] == State::pending) skip(step, why);
}

std::uint64_t Coordinator::weight_of(StepId step) const {
  const Operation& operation = x_plan.operations[x_plan.steps[step].operation];
  return static_cast<std::uint64_t>(std::max(1, x_plan.entries[operation.entry].kind->weight_ms));
}

Event Coordinator::event(Event::Type type, StepId step) const {
  const Operation& operation = x_plan.operations[x_plan.steps[step].operation];
  Event e;
  e.type = type;
  e.address = x_plan.address(x_plan.entries[operation.entry]);
  e.kind = x_plan.entries[operation.entry].kind->name;
  e.action = operation.action;
  e.step = x_plan.steps[step].kind;
  e.done = x_done;
  e.total = x_plan.steps.size();
  return e;
}

void Coordinator::report(Event::Type type, const Flight& flight, std::string message, const Diagnostic* problem) {
  Event e = event(type, flight.step);
  e.action = flight.action;
  e.message = std::move(message);
  if (problem != nullptr) e.problem = std::make_shared<const Diagnostic>(*problem);
  e.elapsed = duration_cast<milliseconds>(Clock::now() - flight.started);
  // No schedule is shorter than its longest path, nor than all of its work spread over everybody.
  const std::uint64_t longest = x_flying.empty() ? 0 : *x_flying.rbegin();
  e.eta = milliseconds(std::max<std::uint64_t>(longest, x_weight_left / std::max(1u, x_options.parallelism)));
  x_events.take(e);
}

void Coordinator::run_timers() {
  while (!x_timers.empty() && x_timers.top().at <= Clock::now()) {
    const auto act = x_timers.top().act;
    x_timers.pop();
    act();
  }
}

std::optional<Workers::Clock::time_point> Coordinator::next_timer() const {
  if (x_timers.empty()) return std::nullopt;
  return x_timers.top().at;
}

void Coordinator::flush() {
  if (!x_changes.empty()) {
    const std::vector<Change> changes = std::exchange(x_changes, {});
    try {
      x_store.commit(changes);
    } catch (...) {
      for (auto& waiting : std::exchange(x_checkpoints, {})) waiting.set_exception(std::current_exception());
      x_caller.cancel();
      throw;
    }
    for (auto& waiting : std::exchange(x_checkpoints, {})) waiting.set_value();
  }
  for (auto& act : std::exchange(x_after_flush, {})) act();
}

RunResult execute(Caller& caller, Store& store, Plan& plan, const ExecOptions& options, EventSink& events,
                  std::stop_token drain) {
  return Coordinator(caller, store, plan, options, events, std::move(drain)).run();
}

}  // namespace dfx
