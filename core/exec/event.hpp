// What happens during a run, in journal order. Part of the event format (docs/json.md).
#pragma once
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "core/model/diagnostics.hpp"
#include "core/plan/plan.hpp"

namespace dfx {

struct Event {
  enum class Type {
    started,    // the intent is durable, the call begins
    progress,   // a plugin's own words
    waiting,    // accepted, not healthy yet; `message` says what is missing
    retrying,   // failed in a way that may pass; `message` says why
    done,
    left,       // made, and left to the next run before it was seen healthy; `message` says what is missing
    failed,
    skipped,    // something that it needs failed or is blocked
  };
  Type type = Type::started;
  std::string address;
  std::string kind;
  Action action = Action::none;
  Step::Kind step = Step::Kind::make;
  std::string message;
  std::shared_ptr<const Diagnostic> problem;  // of a failure
  std::chrono::milliseconds elapsed{0};  // of this step
  std::size_t done = 0;                  // steps, of this run
  std::size_t total = 0;
  std::chrono::milliseconds eta{0};      // for what is left, from typical durations
};
const char* to_string(Event::Type);

class EventSink {
 public:
  virtual ~EventSink() = default;
  // [coordinator's thread]
  virtual void take(const Event& event) = 0;
};

}  // namespace dfx
