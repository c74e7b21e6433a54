// Waiting, in batches: one `health` call per kind and connection, asked again after a growing pause.
#include <algorithm>
#include <map>

#include "core/exec/coordinator.hpp"
#include "core/model/json_scan.hpp"
#include "core/plan/observe.hpp"
#include "core/plan/text.hpp"

namespace dfx {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds k_first_pause{50};
constexpr milliseconds k_longest_pause{3000};

}  // namespace

// Asks for everything that waits and has not been asked; those in a call or in a pause are not in the list.
void Coordinator::poll_health() {
  if (x_waiting.empty()) return;
  std::map<std::pair<const Kind*, std::string>, std::vector<StepId>> batches;
  for (StepId step : std::exchange(x_waiting, {})) {
    const Flight& flight = *x_flights.at(step);
    batches[{flight.kind, flight.record.connection}].push_back(step);
  }
  for (const auto& [key, steps] : batches) {
    std::vector<ReadItem> items;
    for (StepId step : steps) {
      Flight& flight = *x_flights.at(step);
      ReadItem item;
      item.kind = flight.kind;
      item.address = flight.record.address;
      item.connection = flight.record.connection;
      item.identity = flight.record.identity;
      item.desired = flight.desired.empty() ? std::string_view(flight.record.applied_text()) : std::string_view(flight.desired);
      item.outputs = flight.record.outputs;
      items.push_back(item);
    }
    call(*x_flights.at(steps.front()), Function::health, batch_request(x_caller, items),
         [this, asked = steps](CallResult result) { take_health(asked, result); });
  }
}

void Coordinator::take_health(const std::vector<StepId>& asked, const CallResult& result) {
  std::set<StepId> silent(asked.begin(), asked.end());
  if (result.status == CallStatus::ok)
    each_line(result.response, [&](std::string_view line) {
      if (const auto told = take_health_line(line)) silent.erase(*told);
    });
  const std::string why = std::string("its health is not known: ") +
                          (result.status == CallStatus::ok ? "the plugin says nothing about it" : to_string(result.status));
  const auto now = Clock::now();  // one for all: what was asked together is asked together again
  for (StepId step : asked) {
    const auto found = x_flights.find(step);
    if (found == x_flights.end() || x_waiting_by_address.count(found->second->record.address) == 0) continue;
    Flight& flight = *found->second;
    if (silent.count(step) != 0) judge_health(flight, "unknown", why, "");
    if (x_flights.find(step) == x_flights.end()) continue;
    if (x_caller.cancelled()) {
      x_waiting_by_address.erase(flight.record.address);
      fail(flight, problem_of(flight, {CallStatus::cancelled, "", {}}));
      continue;
    }
    flight.pause = std::min(k_longest_pause, std::max(k_first_pause, flight.pause * 3 / 2));
    at(now + flight.pause, [this, step] {
      const auto there = x_flights.find(step);
      if (there == x_flights.end() || x_waiting_by_address.count(there->second->record.address) == 0) return;
      x_waiting.push_back(step);
    });
  }
}

// Whom it is about, if anybody waits for that.
std::optional<Coordinator::StepId> Coordinator::take_health_line(std::string_view line) {
  std::string address, status, message, evidence, outputs;
  scan_members(line, [&](std::string_view key, std::string_view raw) {
    if (key == "address") address = text_of(raw);
    else if (key == "status") status = text_of(raw);
    else if (key == "message") message = text_of(raw);
    else if (key == "evidence") evidence = text_of(raw);
    else if (key == "outputs" && raw != "null") outputs = std::string(raw);
  });
  const auto found = x_waiting_by_address.find(address);
  if (found == x_waiting_by_address.end()) return std::nullopt;
  const StepId step = found->second;
  x_flights.at(step)->evidence = std::move(evidence);
  guarded(step, [&] { judge_health(*x_flights.at(step), status, message, outputs); });
  return step;
}

void Coordinator::judge_health(Flight& flight, const std::string& status, const std::string& message,
                               const std::string& outputs) {
  const bool late = Clock::now() >= flight.deadline;
  if (status == "current") {
    x_waiting_by_address.erase(flight.record.address);
    flight.record.outputs = merge_outputs(flight.record.outputs, outputs);
    flight.record.status = RecordStatus::ok;
    Change change;
    change.kind = Change::Kind::refresh;
    change.record = flight.record;
    note(std::move(change));
    x_after_flush.push_back([this, step = flight.step] { settled(*x_flights.at(step)); });
    return;
  }
  if (status == "failed" || late) {
    x_waiting_by_address.erase(flight.record.address);
    Diagnostic d;
    d.code = late ? "exec.not-ready-in-time" : "exec.unhealthy";
    d.summary = late ? "it did not become ready in time" : "it was made, but it does not work";
    // The last thing that is known says more than that nothing is known now.
    const std::string& told = status == "unknown" && !flight.rung.empty() ? flight.rung : message;
    d.detail = flight.evidence.empty() ? told : told + "\n" + flight.evidence;
    d.help = "look at it, then run this again: dfx goes on from here";
    d.error_class = late ? ErrorClass::transient : ErrorClass::invalid;
    fail(flight, std::move(d));
    return;
  }
  if (status != "unknown") flight.rung = message;
  if (flight.health == message && !message.empty()) return;
  flight.health = message;
  report(Event::Type::waiting, flight, message);
}

}  // namespace dfx
