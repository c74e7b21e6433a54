// Calls into plugins: made by workers, answered on the coordinator's thread.
#include "core/exec/coordinator.hpp"

namespace dfx {

std::shared_ptr<CallContext> Coordinator::context_for(const Flight& flight, Function function) {
  auto context = std::make_shared<CallContext>(x_caller.context(*flight.kind, function, std::chrono::milliseconds(0)));
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
  if (function != Function::apply) return context;
  context->checkpoint = [this, step](std::string_view json) {
    auto promise = std::make_shared<std::promise<void>>();
    auto durable = promise->get_future();
    x_workers.post([this, step, promise, text = std::string(json)] { keep_checkpoint(step, text, std::move(*promise)); });
    promise.reset();  // if the message is dropped, the wait ends
    durable.get();
  };
  return context;
}

void Coordinator::keep_checkpoint(StepId step, const std::string& text, std::promise<void> durable) {
  const auto found = x_flights.find(step);
  if (found == x_flights.end()) return;  // its promise breaks: the plugin must not go on either
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
  const StepId step = flight.step;
  auto context = context_for(flight, function);
  x_workers.submit([this, plugin = flight.kind->plugin, function, context, step, text = std::move(request), after = std::move(then)] {
    auto result = std::make_shared<CallResult>(x_caller.host().call(plugin, function, *context, text));
    x_workers.post([this, step, result, after] { guarded(step, [&] { after(std::move(*result)); }); });
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

}  // namespace dfx
