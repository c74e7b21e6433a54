// One operation's way: evaluate, look if it must, intent, call, outcome, healthy.
#include <algorithm>
#include <random>

#include "core/exec/coordinator.hpp"
#include "core/model/encode.hpp"
#include "core/plan/compare.hpp"
#include "core/plan/observe.hpp"
#include "core/plan/values.hpp"

namespace dfx {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds k_longest_pause{10000};

// Exponential with jitter: many that failed at once must not come back at once.
milliseconds pause_before(int attempt, milliseconds first) {
  static thread_local std::minstd_rand random{std::random_device{}()};
  const milliseconds whole = std::min(first * (1 << std::min(attempt, 10)), std::max(first, k_longest_pause));
  return whole / 2 + milliseconds(random() % static_cast<unsigned>(whole.count() / 2 + 1));
}

// Why nobody could say what is there.
Diagnostic reason_of(const Observation& seen) { return seen.problem != nullptr ? *seen.problem : unreachable(seen.message, seen.help); }

}  // namespace

milliseconds Coordinator::timeout_of(const Flight& flight) const {
  const auto found = x_options.timeouts.find(flight.record.component);
  const Timeouts timeouts = found == x_options.timeouts.end() ? Timeouts() : found->second;
  if (x_plan.steps[flight.step].kind == Step::Kind::remove) return timeouts.remove;
  return flight.action == Action::create || flight.action == Action::replace ? timeouts.create : timeouts.update;
}

void Coordinator::begin(Flight& flight) {
  const Entry& entry = entry_of(flight);
  if (const Record* record = x_plan.record(entry)) flight.record = *record;
  if (const Resource* resource = x_plan.resource(entry)) flight.record.component = resource->component;
  flight.deadline = flight.started + timeout_of(flight);
  if (!flight.operation->blocked.empty()) {
    fail(flight, reason_of(flight.operation->observation));
    return;
  }
  try {
    begin_step(flight);
  } catch (const Error& e) {
    fail(flight, e.diagnostics().list().front());
  }
}

void Coordinator::begin_step(Flight& flight) {
  switch (x_plan.steps[flight.step].kind) {
    case Step::Kind::look: look(flight); return;
    case Step::Kind::remove: begin_remove(flight); return;
    case Step::Kind::make: begin_make(flight); return;
  }
}

void Coordinator::begin_remove(Flight& flight) {
  if (flight.record.address.empty()) start_row(flight);
  const bool callless = flight.operation->action == Action::forget || flight.operation->implied;
  flight.prior = flight.desired = flight.record.applied_text();
  flight.observed = flight.operation->observation.observed;
  if (callless) {
    removed(flight);
    return;
  }
  if (!flight.operation->observation.identity.empty()) flight.record.identity = flight.operation->observation.identity;
  const bool same = flight.record.status == RecordStatus::deleting;
  if (!same) flight.record.operation = new_operation_id();
  flight.record.status = RecordStatus::deleting;
  intend(flight, same);
}

// An object of ours that no row knows is to be made anew: its row begins with what was seen.
void Coordinator::start_row(Flight& flight) {
  const Resource& resource = *x_plan.resource(entry_of(flight));
  fill_next(flight, resource);
  flight.record = flight.next;
  flight.record.desired = flight.operation->observation.observed.empty() ? "{}" : flight.operation->observation.observed;
  flight.record.applied.clear();
  flight.record.connection = resource.connection.empty() ? "" : canonical(x_values.evaluate(resource.connection));
  flight.record.outputs = flight.operation->observation.outputs;
}

void Coordinator::begin_make(Flight& flight) {
  if (!evaluate(flight)) return;
  if (flight.operation->waits_only) {
    accepted(flight, {flight.operation->observation.identity, flight.operation->observation.outputs});
    return;
  }
  const bool replaces = flight.operation->action == Action::replace;
  if (!replaces && flight.operation->observation.result == Observation::Result::unread) {
    read_first(flight);
    return;
  }
  intend(flight, flight.operation->resumes);
}

// Puts today's values into the row. False: the step has ended.
bool Coordinator::evaluate(Flight& flight) {
  const Resource& resource = *x_plan.resource(entry_of(flight));
  for (const Edge& edge : resource.edges)
    if (x_outside[x_plan.index.at(edge.to)]) {
      refuse_outside(flight, edge.to + " turned out to have other outputs than the plan said");
      return false;
    }
  const Json desired = x_values.evaluate(resource.desired);
  const Json connection = resource.connection.empty() ? Json() : x_values.evaluate(resource.connection);
  if (contains_unknown(desired) || contains_unknown(connection)) {
    fail(flight, failure("exec.still-unknown", "a value is still unknown",
                            address_of(flight) + " refers to an output that its maker did not give", "", ErrorClass::internal));
    return false;
  }
  flight.desired = has_nodes(resource.desired) ? canonical(desired) : resource.desired;
  if (x_options.validate) {
    const Diagnostics wrong = x_options.validate(*flight.kind, flight.desired);
    if (wrong.has_errors()) {
      fail(flight, wrong.list().front());
      return false;
    }
  }
  fill_next(flight, resource);
  flight.next.connection = resource.connection.empty() ? "" : has_nodes(resource.connection) ? canonical(connection) : resource.connection;
  take_over_row(flight);
  return true;
}

// The row as it will be once the far side has what is wanted.
void Coordinator::fill_next(Flight& flight, const Resource& resource) const {
  Record& next = flight.next;
  next = flight.record;
  next.address = resource.address;
  next.component = resource.component;
  next.kind = resource.kind;
  next.plugin = flight.kind->plugin;
  const auto version = x_options.plugin_versions.find(next.plugin);
  if (version != x_options.plugin_versions.end()) next.plugin_version = version->second;
  next.schema_version = flight.kind->schema_version;
  next.desired = resource.desired;
  next.applied = has_nodes(resource.desired) ? flight.desired : "";
  next.edges = resource.edges;
  next.protect = resource.protect;
  next.on_delete = resource.on_delete;
}

// An update's row keeps what was sent last until the new value is accepted: a killed update must look like one.
void Coordinator::take_over_row(Flight& flight) {
  const Operation& operation = *flight.operation;
  const bool replaces = operation.action == Action::replace;
  const bool known = !flight.record.address.empty() && !replaces;
  flight.prior = known ? flight.record.applied_text() : "";
  flight.observed = replaces ? "" : operation.observation.observed;
  if (!known) {
    const std::uint64_t generation = flight.record.generation;
    flight.record = flight.next;
    flight.record.generation = generation;
    flight.record.identity.clear();
    flight.record.outputs.clear();
    flight.record.checkpoint.clear();
  }
  flight.record.connection = flight.next.connection;
  if (replaces) flight.action = Action::create;
  if (!replaces && !operation.observation.identity.empty()) flight.record.identity = operation.observation.identity;
}

void Coordinator::ask_read(Flight& flight, std::function<void(Observation)> then) {
  auto seen = std::make_shared<Observation>();
  ReadItem item;
  item.kind = flight.kind;
  item.address = flight.record.address;
  item.connection = flight.record.connection;
  item.identity = flight.record.identity;
  item.desired = flight.desired;
  item.outputs = flight.record.outputs;
  const StepId step = flight.step;
  call(flight, Function::read, batch_request(x_caller, std::span(&item, 1)),
       [this, step, then = std::move(then)](CallResult result) {
         Flight& f = *x_flights.at(step);
         Observation answer;
         ReadItem asked;
         asked.kind = f.kind;
         asked.address = f.record.address;
         asked.into = &answer;
         Diagnostics problems;
         take_read_result(result, std::span(&asked, 1), problems);
         if (problems.has_errors()) {
           fail(f, *problems.last_error());
         } else if (answer.result == Observation::Result::unread) {
           fail(f, reason_of(answer));
         } else {
           then(std::move(answer));
         }
       });
}

// What could not be asked at plan is asked now, and must still fit into what was approved.
void Coordinator::read_first(Flight& flight) {
  const StepId step = flight.step;
  ask_read(flight, [this, step](Observation seen) {
    Flight& f = *x_flights.at(step);
    if (seen.result == Observation::Result::unreachable) {
      ask_again(f, seen, [this](Flight& again) { read_first(again); });
      return;
    }
    const Record* record = x_plan.record(entry_of(f));
    const Decision decision = decide(*f.kind, f.record.address, parse_json(f.desired), record, seen, f.operation->policy);
    decided(f, decision, seen);
  });
}

// Nothing of it is begun, so giving up loses nothing: the patience may end before the deadline does.
void Coordinator::ask_again(Flight& flight, const Observation& seen, std::function<void(Flight&)> read) {
  ++flight.attempts;
  pause(flight, reason_of(seen), std::move(read), std::min(flight.deadline, flight.started + x_options.patience));
}

void Coordinator::decided(Flight& flight, const Decision& decision, const Observation& seen) {
  if (decision.problem) {
    fail(flight, *decision.problem);
    return;
  }
  if (!within_approval(*flight.operation, decision)) {
    refuse_outside(flight, std::string("planned ") + to_string(flight.operation->action) + ", now it would take " +
                               to_string(decision.action));
    return;
  }
  flight.action = decision.action;
  flight.observed = seen.observed;
  if (!seen.identity.empty()) flight.record.identity = seen.identity;
  if (decision.action == Action::none && seen.owner != Observation::Owner::mine) {
    // Somebody else's, left alone: it gives its outputs and is not recorded.
    flight.record.outputs = seen.outputs.empty() ? "{}" : seen.outputs;
    settled(flight);
    return;
  }
  if (decision.action == Action::none || (decision.action == Action::adopt && seen.owner == Observation::Owner::mine)) {
    accepted(flight, {seen.identity, seen.outputs});
    return;
  }
  intend(flight, decision.resumes);
}

void Coordinator::refuse_outside(Flight& flight, const std::string& why) {
  ++x_result.outside;
  fail(flight, failure("exec.outside-plan", "this would do more than was approved", why,
                          "run `dfx plan` again and look at what it says now", ErrorClass::conflict));
}

void Coordinator::start_new_life(Flight& flight) {
  const std::uint64_t generation = flight.record.generation + 1;
  flight.record = flight.next;
  flight.record.generation = generation;
  flight.record.checkpoint.clear();
  flight.record.outputs.clear();
  flight.record.identity.clear();
}

void Coordinator::intend(Flight& flight, bool resumes) {
  const Operation& operation = *flight.operation;
  const bool removes = is_removal(flight);
  if (!removes) {
    const bool adopts_own = operation.action == Action::adopt && operation.observation.owner == Observation::Owner::mine;
    if (adopts_own) {
      accepted(flight, {operation.observation.identity, operation.observation.outputs});
      return;
    }
    const bool creates = flight.action == Action::create;
    if (creates && !resumes) start_new_life(flight);
    if (!resumes || flight.record.operation.empty()) flight.record.operation = new_operation_id();
    flight.record.generation = std::max<std::uint64_t>(flight.record.generation, 1);
    flight.record.status = creates ? RecordStatus::creating : RecordStatus::updating;
  }
  flight.intended = true;
  Change change;
  change.kind = Change::Kind::intent;
  change.record = flight.record;
  change.operation = flight.record.operation;
  change.action = to_string(removes ? Action::remove : flight.action);
  note(std::move(change));
  x_after_flush.push_back([this, step = flight.step] {
    Flight& f = *x_flights.at(step);
    report(Event::Type::started, f);
    apply(f);
  });
}

void Coordinator::apply(Flight& flight) {
  ApplyRequest request;
  request.kind = flight.kind;
  request.action = is_removal(flight)                                ? "delete"
                   : flight.record.status == RecordStatus::creating ? "create"
                                                                    : "update";
  request.record = &flight.record;
  request.desired = flight.desired;
  request.prior = flight.prior;
  request.observed = flight.observed;
  ++flight.attempts;
  call(flight, Function::apply, to_text(x_caller, request), [this, step = flight.step](CallResult result) {
    applied(*x_flights.at(step), std::move(result));
  });
}

void Coordinator::applied(Flight& flight, CallResult result) {
  const bool removes = is_removal(flight);
  switch (result.status) {
    case CallStatus::ok:
      for (Diagnostic d : result.diagnostics.list()) {
        d.address = address_of(flight);
        locate(d);
        x_result.problems.add(std::move(d));
      }
      if (removes) {
        removed(flight);
        return;
      }
      try {
        accepted(flight, read_apply_answer(result.response));
      } catch (const Error& e) {
        fail(flight, e.diagnostics().list().front());
      }
      return;
    case CallStatus::absent:
      if (!removes) break;
      removed(flight);
      return;
    case CallStatus::transient:
    case CallStatus::unreachable: retry(flight, result); return;
    case CallStatus::in_doubt: resolve(flight, result); return;
    default: break;
  }
  // The row stays as the intent left it: what a plugin did before it refused is for the next run to see.
  if (result.status == CallStatus::cancelled) flight.doubtful = true;
  fail(flight, problem_of(flight, result));
}

Diagnostic Coordinator::problem_of(const Flight& flight, const CallResult& result) const {
  if (const Diagnostic* last = result.diagnostics.last_error()) {
    Diagnostic out = *last;
    out.error_class = error_class_of(result.status);
    return out;
  }
  return failure("exec.failed", "a plugin could not do its work",
                    "plugin " + flight.kind->plugin + " ended with `" + to_string(result.status) + "` and gave no reason", "",
                    error_class_of(result.status));
}

// Until the deadline: a host that reboots takes minutes.
void Coordinator::retry(Flight& flight, const CallResult& result) {
  pause(flight, problem_of(flight, result), [this](Flight& f) { apply(f); }, flight.deadline);
}

void Coordinator::pause(Flight& flight, Diagnostic why, std::function<void(Flight&)> then, Clock::time_point end) {
  const auto again = Clock::now() + pause_before(flight.attempts, x_options.first_pause);
  if (again >= end || x_caller.cancelled() || x_stopping) {
    fail(flight, std::move(why));
    return;
  }
  report(Event::Type::retrying, flight, why.detail.empty() ? why.summary : why.detail);
  flight.setback = std::move(why);
  at(again, [this, step = flight.step, act = std::move(then)] {
    const auto found = x_flights.find(step);
    if (found == x_flights.end() || !found->second->setback) return;
    found->second->setback.reset();
    guarded(step, [&] { act(*found->second); });
  });
}

// Nobody knows whether it happened: the world is asked before anybody else is.
void Coordinator::resolve(Flight& flight, const CallResult& result) {
  flight.doubtful = true;
  if (x_caller.cancelled()) {
    fail(flight, problem_of(flight, result));
    return;
  }
  report(Event::Type::retrying, flight, "nobody knows whether the last request was carried out; looking");
  ask_read(flight, [this, step = flight.step, first = result](Observation seen) { resolved(*x_flights.at(step), seen, first); });
}

void Coordinator::resolved(Flight& flight, const Observation& seen, const CallResult& first) {
  if (seen.result == Observation::Result::unreachable) {
    ++flight.attempts;
    pause(flight, problem_of(flight, first), [this, first](Flight& f) { resolve(f, first); }, flight.deadline);
    return;
  }
  flight.doubtful = false;
  if (is_removal(flight) && seen.result == Observation::Result::absent) {
    removed(flight);
  } else if (!is_removal(flight) && has_what_it_wants(flight, seen)) {
    accepted(flight, {seen.identity, seen.outputs});
  } else {
    // Not there, or only half: the same operation again; its id keeps it from happening twice.
    retry(flight, first);
  }
}

bool Coordinator::has_what_it_wants(const Flight& flight, const Observation& seen) const {
  if (seen.result != Observation::Result::present || seen.owner != Observation::Owner::mine) return false;
  if (flight.record.status == RecordStatus::creating) return true;
  const Json desired = parse_json(flight.desired);
  const Json observed = seen.observed.empty() ? Json() : parse_json(seen.observed);
  // What cannot be seen on the object counts as what was sent before this.
  const Json prior = flight.prior.empty() ? Json() : parse_json(flight.prior);
  return compare(*flight.kind, desired, &observed, &prior, flight.operation->policy.ignore).empty();
}

// The far side has it. Durable first; then either done or waited for.
void Coordinator::accepted(Flight& flight, const ApplyAnswer& answer) {
  Record& record = flight.record;
  if (x_plan.steps[flight.step].kind == Step::Kind::make) adopt_next(flight);
  if (!answer.identity.empty()) record.identity = answer.identity;
  record.outputs = merge_outputs(record.outputs, answer.outputs);
  if (record.outputs.empty()) record.outputs = "{}";
  record.checkpoint.clear();
  record.status = flight.kind->waits ? RecordStatus::waiting : RecordStatus::ok;
  Change change;
  change.kind = record.operation.empty() ? Change::Kind::refresh : Change::Kind::outcome;
  change.record = record;
  change.operation = record.operation;
  change.action = to_string(flight.action);
  change.result = "ok";
  note(std::move(change));
  x_after_flush.push_back([this, step = flight.step] {
    Flight& f = *x_flights.at(step);
    if (f.kind->waits) {
      wait_healthy(f);
    } else {
      settled(f);
    }
  });
}

void Coordinator::adopt_next(Flight& flight) {
  Record next = flight.next;
  next.identity = flight.record.identity;
  next.outputs = flight.record.outputs;
  next.generation = flight.record.generation;
  next.operation = flight.record.operation;
  next.connection = flight.record.connection;
  flight.record = std::move(next);
}

void Coordinator::wait_healthy(Flight& flight) {
  if (x_result.interrupted) {
    leave(flight);
    return;
  }
  if (!flight.kind->latched) leave_pool(flight);
  flight.pause = milliseconds(0);
  flight.doubtful = false;
  x_waiting_by_address[flight.record.address] = flight.step;
  x_waiting.push_back(flight.step);
}

// Done: dependents may start.
void Coordinator::settled(Flight& flight) {
  take_outputs(flight);
  // A replacement is two steps and one thing that was done; anything else may have become less than was planned.
  const bool replaced = flight.operation->action == Action::replace;
  switch (replaced ? Action::replace : flight.action) {
    case Action::create: ++x_result.created; break;
    case Action::update: ++x_result.updated; break;
    case Action::replace: ++x_result.replaced; break;
    case Action::adopt: ++x_result.adopted; break;
    default: break;
  }
  finish(flight);
}

void Coordinator::take_outputs(Flight& flight) {
  Entry& entry = entry_of(flight);
  // What the plan took as known must have come out so, or what was approved after it stands on sand.
  if (entry.outputs_known && !agrees(parse_json(entry.outputs), parse_json(flight.record.outputs)))
    x_outside[flight.operation->entry] = true;
  entry.outputs = flight.record.outputs;
  entry.outputs_known = true;
  x_values.forget(flight.record.address);
}

void Coordinator::removed(Flight& flight) {
  Change change;
  change.kind = Change::Kind::removal;
  change.record.address = flight.record.address;
  change.operation = flight.record.operation;
  change.action = to_string(Action::remove);
  change.result = "ok";
  note(std::move(change));
  x_after_flush.push_back([this, step = flight.step] {
    Flight& f = *x_flights.at(step);
    if (f.operation->action == Action::remove) ++x_result.removed;
    if (f.operation->action == Action::forget) ++x_result.forgotten;
    finish(f);
  });
}

// Lookups and checks whose question was not known at plan.
void Coordinator::look(Flight& flight) {
  if (!evaluate(flight)) return;
  ask_look(flight);
}

void Coordinator::ask_look(Flight& flight) {
  ask_read(flight, [this, step = flight.step](Observation seen) { looked(*x_flights.at(step), seen); });
}

void Coordinator::looked(Flight& flight, const Observation& seen) {
  if (seen.result == Observation::Result::unreachable) {
    ask_again(flight, seen, [this](Flight& again) { ask_look(again); });
    return;
  }
  const bool check = flight.kind->mode == Mode::check;
  const bool good = check ? seen.verdict != "fail" && !seen.verdict.empty() : seen.result == Observation::Result::present;
  if (!good) {
    fail(flight, failure(check ? "plan.check-failed" : "plan.lookup-failed", check ? "a check failed" : "something that the stack relies on was not found",
                            seen.message, seen.help, ErrorClass::invalid));
    return;
  }
  flight.record.outputs = seen.outputs.empty() ? "{}" : seen.outputs;
  take_outputs(flight);
  finish(flight);
}

}  // namespace dfx
