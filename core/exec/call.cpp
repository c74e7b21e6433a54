// Calls into plugins: made by workers, answered on the coordinator's thread, not waited for beyond reason.
#include "core/exec/coordinator.hpp"

namespace dfx {

std::shared_ptr<CallContext> Coordinator::context_for(const Flight& flight, Function function) {
  auto context = std::make_shared<CallContext>(x_caller.context(*flight.kind, function, std::chrono::milliseconds(0)));
  context->deadline = flight.deadline;
  context->address = address_of(flight);
  context->component = flight.record.component;
  context->operation_id = flight.record.operation;
  const StepId step = flight.step;
  context->progress = [this, step, post = x_workers.post()](std::string_view text) {
    post([this, step, line = std::string(text)] {
      if (const auto found = x_flights.find(step); found != x_flights.end())
        report(Event::Type::progress, *found->second, line);
    });
  };
  if (function != Function::apply) return context;
  context->checkpoint = [this, step, post = x_workers.post()](std::string_view json) {
    auto promise = std::make_shared<std::promise<void>>();
    auto durable = promise->get_future();
    post([this, step, promise, text = std::string(json)] { keep_checkpoint(step, text, std::move(*promise)); });
    promise.reset();  // if the message is dropped, the wait ends
    durable.get();
  };
  return context;
}

void Coordinator::keep_checkpoint(StepId step, const std::string& text, std::promise<void> durable) {
  const auto found = x_flights.find(step);
  if (found == x_flights.end()) return;  // given up: the plugin must not go on either
  Record& record = found->second->record;
  record.checkpoint = text;
  Change change;
  change.kind = Change::Kind::checkpoint;
  change.record.address = record.address;
  change.record.checkpoint = text;
  note(std::move(change));
  x_checkpoints.push_back(std::move(durable));
}

// Runs a function of the flight's plugin on a worker; `then` runs here.
void Coordinator::call(Flight& flight, Function function, std::string request, std::function<void(CallResult)> then) {
  const std::uint64_t number = ++x_last_call;
  const StepId step = flight.step;
  auto context = context_for(flight, function);
  x_calls[number] = {step, flight.kind->plugin, to_string(function), flight.deadline + x_options.grace};
  x_workers.submit([this, &host = x_caller.host(), post = x_workers.post(), plugin = flight.kind->plugin, function, context,
                    number, step, text = std::move(request), after = std::move(then)] {
    auto result = std::make_shared<CallResult>(host.call(plugin, function, *context, text));
    post([this, number, step, result, after] {
      if (x_calls.erase(number) == 0) return;  // nobody waits for it any more
      guarded(step, [&] { after(std::move(*result)); });
    });
  });
}

void Coordinator::guarded(StepId step, const std::function<void()>& work) {
  Diagnostic problem;
  try {
    work();
    return;
  } catch (const Error& e) {
    problem = e.diagnostics().list().front();
    if (problem.code.rfind("state.", 0) == 0) throw;
  } catch (const Json::exception& e) {
    problem.detail = e.what();
  }
  const auto found = x_flights.find(step);
  if (found == x_flights.end()) return;
  problem.code = "plugin.bad-answer";
  problem.summary = "a plugin gave an answer that cannot be understood";
  problem.detail = "plugin " + found->second->kind->plugin + ": " + problem.detail;
  problem.help = "this is a bug of the plugin; please report it to its authors";
  problem.error_class = ErrorClass::internal;
  fail(*found->second, std::move(problem));
}

std::optional<Coordinator::Clock::time_point> Coordinator::next_due() const {
  std::optional<Clock::time_point> next;
  for (const auto& [number, call] : x_calls)
    if (!next || call.due < *next) next = call.due;
  return next;
}

// Threads cannot be killed. A call that does not end is recorded as in doubt, and the run ends without its thread.
void Coordinator::give_up_hung_calls() {
  const auto now = Clock::now();
  if (x_caller.cancelled() && !std::exchange(x_cancelling, true))
    for (auto& [number, call] : x_calls) call.due = std::min(call.due, now + x_options.grace);
  std::vector<Call> hung;
  for (auto call = x_calls.begin(); call != x_calls.end();) {
    const bool over = call->second.due <= now;
    if (over) hung.push_back(call->second);
    call = over ? x_calls.erase(call) : std::next(call);
  }
  for (const Call& call : hung) give_up(call);
}

void Coordinator::give_up(const Call& call) {
  x_result.hung = x_stopping = true;
  x_workers.abandon();
  Diagnostic d;
  d.code = "plugin.hangs";
  d.summary = "a plugin does not come back";
  d.detail = "plugin " + call.plugin + " has not ended its `" + call.function + "`, long after it was asked to";
  d.help = "report it to the plugin's authors; run this again: dfx looks what happened";
  d.error_class = ErrorClass::internal;
  abandon_waiting();
  const auto found = x_flights.find(call.step);
  if (found == x_flights.end()) {
    x_result.problems.add(std::move(d));
    return;
  }
  found->second->doubtful = found->second->intended;
  fail(*found->second, std::move(d));
}

}  // namespace dfx
