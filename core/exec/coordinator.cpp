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
  refresh_records();
  for (;;) {
    if (x_drain.stop_requested() && !x_result.interrupted) {
      x_stopping = true;
      x_result.interrupted = true;
      abandon_waiting();
    }
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

// What the plan found different from the rows without work to do: edges, outputs, settled intents.
void Coordinator::refresh_records() {
  for (const Entry& entry : x_plan.entries) {
    if (!entry.refresh || entry.operation >= 0 || entry.record < 0 || entry.resource < 0) continue;
    const Resource& resource = *x_plan.resource(entry);
    Change change;
    change.record = *x_plan.record(entry);
    change.record.desired = resource.desired;
    change.record.applied = has_nodes(resource.desired) ? canonical(x_values.evaluate(resource.desired)) : "";
    change.record.edges = resource.edges;
    change.record.protect = resource.protect;
    change.record.on_delete = resource.on_delete;
    change.record.outputs = entry.outputs;
    change.record.schema_version = entry.kind->schema_version;
    change.record.status = RecordStatus::ok;
    if (const auto known = x_values.evaluate_known(resource.connection)) change.record.connection = *known;
    note(std::move(change));
  }
}

bool Coordinator::may_start_more() const {
  // What only waits to become healthy holds no place.
  return !x_stopping && !x_ready.empty() && x_flights.size() - x_waiting_by_address.size() < x_options.parallelism;
}

// A drain does not wait for health: the rows say that it is missing, and the next run goes on from there.
void Coordinator::abandon_waiting() {
  x_waiting.clear();
  for (const auto& [address, step] : std::exchange(x_waiting_by_address, {})) {
    const auto found = x_flights.find(step);
    if (found == x_flights.end()) continue;
    leave_pool(*found->second);
    x_flights.erase(found);
    x_states[step] = State::pending;
  }
}

void Coordinator::start_ready() {
  while (may_start_more()) {
    const auto next = x_ready.top();
    x_ready.pop();
    if (x_states[next.second] != State::pending) continue;
    if (!start(next.second)) x_held.push_back(next);
  }
}

// False: its pool has no place now.
bool Coordinator::start(StepId step) {
  Operation& operation = x_plan.operations[x_plan.steps[step].operation];
  auto flight = std::make_unique<Flight>();
  flight->step = step;
  flight->operation = &operation;
  flight->kind = x_plan.entries[operation.entry].kind;
  flight->action = operation.action;
  flight->started = Clock::now();
  if (!flight->kind->pool.empty()) {
    const Record* record = x_plan.record(x_plan.entries[operation.entry]);
    const Resource* resource = x_plan.resource(x_plan.entries[operation.entry]);
    std::string connection = record != nullptr ? record->connection : "";
    if (resource != nullptr) connection = canonical(x_values.evaluate(resource->connection.empty() ? "null" : resource->connection));
    flight->pool = pool_name(*flight->kind, connection);
  }
  if (x_pools.blocked(flight->pool)) {
    skip(step, "an operation of its pool " + flight->pool + " failed in this run");
    return true;
  }
  if (!x_pools.enter(flight->pool, *flight->kind)) return false;
  flight->in_pool = true;
  x_states[step] = State::running;
  Flight& running = *flight;
  x_flights.emplace(step, std::move(flight));
  begin(running);
  return true;
}

void Coordinator::leave_pool(Flight& flight) {
  if (!flight.in_pool) return;
  flight.in_pool = false;
  x_pools.leave(flight.pool);
  for (const auto& held : std::exchange(x_held, {})) x_ready.push(held);
}

void Coordinator::finish(Flight& flight) {
  const StepId step = flight.step;
  leave_pool(flight);
  ++x_done;
  x_states[step] = State::finished;
  x_weight_left -= static_cast<std::uint64_t>(std::max(1, flight.kind->weight_ms));
  report(Event::Type::done, flight);
  x_flights.erase(step);
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
  if (flight.kind->latched) x_pools.block(flight.pool);
  ++x_result.failed;
  if (problem.error_class == ErrorClass::in_doubt) ++x_result.in_doubt;
  x_states[step] = State::failed;
  x_weight_left -= static_cast<std::uint64_t>(std::max(1, flight.kind->weight_ms));
  problem.address = address_of(flight);
  close_journal(flight, problem);
  report(Event::Type::failed, flight, problem.detail.empty() ? problem.summary : problem.detail, problem.code);
  x_result.problems.add(std::move(problem));
  const std::string why = "it needs " + address_of(flight) + ", which failed";
  x_flights.erase(step);
  if (x_options.fail_fast) x_stopping = true;
  for (StepId next : x_plan.order.after(step)) skip(next, why);
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

void Coordinator::report(Event::Type type, const Flight& flight, std::string message, std::string code) {
  Event e = event(type, flight.step);
  e.action = flight.action == Action::none ? e.action : flight.action;
  e.message = std::move(message);
  e.error_code = std::move(code);
  e.elapsed = duration_cast<milliseconds>(Clock::now() - flight.started);
  // No schedule is shorter than its longest path, nor than all of its work spread over everybody.
  std::uint64_t longest = 0;
  for (const auto& [step, running] : x_flights) longest = std::max(longest, x_longest[step]);
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

// Runs a function of the flight's plugin on a worker; `then` runs here.
void Coordinator::call(Flight& flight, Function function, std::string request, std::function<void(CallResult)> then) {
  auto context = std::make_shared<CallContext>(x_caller.context(*flight.kind, function, milliseconds(0)));
  context->deadline = flight.deadline;
  context->address = address_of(flight);
  context->component = flight.record.component;
  context->operation_id = flight.record.operation;
  const StepId step = flight.step;
  context->progress = [this, step](std::string_view text) {
    x_workers.post([this, step, line = std::string(text)] {
      if (const auto found = x_flights.find(step); found != x_flights.end())
        report(Event::Type::progress, *found->second, line);
    });
  };
  if (function == Function::apply) {
    context->checkpoint = [this, step](std::string_view json) {
      auto promise = std::make_shared<std::promise<void>>();
      auto durable = promise->get_future();
      x_workers.post([this, step, promise, text = std::string(json)] {
        Flight& f = *x_flights.at(step);
        f.record.checkpoint = text;
        Change change;
        change.kind = Change::Kind::checkpoint;
        change.record.address = f.record.address;
        change.record.checkpoint = text;
        note(std::move(change));
        x_checkpoints.push_back(std::move(*promise));
      });
      durable.get();
    };
  }
  const std::string plugin = flight.kind->plugin;
  x_workers.submit([this, plugin, function, context, text = std::move(request), after = std::move(then)] {
    auto result = std::make_shared<CallResult>(x_caller.host().call(plugin, function, *context, text));
    x_workers.post([result, after] { after(std::move(*result)); });
  });
}

RunResult execute(Caller& caller, Store& store, Plan& plan, const ExecOptions& options, EventSink& events,
                  std::stop_token drain) {
  return Coordinator(caller, store, plan, options, events, std::move(drain)).run();
}

}  // namespace dfx
