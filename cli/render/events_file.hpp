// The event stream of a run: JSON lines, one write each. Format 1, see docs/json.md.
#pragma once
#include <cstdint>
#include <mutex>
#include <string>

#include "core/exec/event.hpp"
#include "core/model/json.hpp"

namespace dfx {

class EventsFile : public EventSink {
 public:
  // Opens or makes the file (mode 0600) and appends. Throws Error "usage.events-file".
  explicit EventsFile(const std::string& path);
  ~EventsFile() override;
  EventsFile(const EventsFile&) = delete;
  EventsFile& operator=(const EventsFile&) = delete;

  // The first line of a run.
  void begin(const std::string& command, const std::string& stack, const std::string& environment);
  void take(const Event& event) override;
  // The last line: counts, result and exit code, as in the JSON result of apply.
  void end(const Json& result);
  // What could not be written, or empty. A full disk never stops a run.
  const std::string& problem() const { return x_problem; }

 private:
  void write(Json line);

  int x_fd = -1;
  std::uint64_t x_number = 0;
  std::string x_problem;
};

// One event without its number and time.
Json to_json(const Event& event);

// Gives each event to several sinks, in order. Borrows them.
class EventFan : public EventSink {
 public:
  void add(EventSink& sink) { x_sinks.push_back(&sink); }
  void take(const Event& event) override {
    for (EventSink* sink : x_sinks) sink->take(event);
  }

 private:
  std::vector<EventSink*> x_sinks;
};

}  // namespace dfx
