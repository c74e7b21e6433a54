#include "cli/render/events_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "cli/render/value.hpp"
#include "core/plan/plan_json.hpp"

namespace dfx {
Json to_json(const Event& e) {
  Json out = {{"type", to_string(e.type)}, {"address", e.address}, {"kind", e.kind}, {"action", to_string(e.action)},
              {"step", to_string(e.step)}, {"elapsed_ms", e.elapsed.count()}, {"eta_ms", e.eta.count()},
              {"done", e.done}, {"total", e.total}};
  if (!e.message.empty()) out["message"] = e.message;
  if (e.problem == nullptr) return out;
  out["code"] = e.problem->code;
  out["problem"] = to_json(*e.problem);
  return out;
}

EventsFile::EventsFile(const std::string& path) {
  if (path == "-")
    throw Error("usage.events-file", "the events file cannot be opened", "standard output is for the result, not for events",
                "name a file or a pipe");
  x_fd = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (x_fd < 0)
    throw Error("usage.events-file", "the events file cannot be opened", path + ": " + std::strerror(errno),
                "name a file in a folder that you may write to");
}

EventsFile::~EventsFile() {
  if (x_fd >= 0) close(x_fd);
}

// One write per line: whoever follows the file never reads half a line.
void EventsFile::write(Json line) {
  line["number"] = x_number++;
  line["time"] = time_text(now_ms());
  const std::string text = canonical(line) + "\n";
  std::size_t at = 0;
  while (at < text.size()) {
    const ssize_t size = ::write(x_fd, text.data() + at, text.size() - at);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) {
      if (x_problem.empty()) x_problem = std::string("the events file is not complete: ") + std::strerror(errno);
      return;
    }
    at += static_cast<std::size_t>(size);
  }
}

void EventsFile::begin(const std::string& command, const std::string& stack, const std::string& environment) {
  write({{"type", "run"}, {"format", 1}, {"command", command}, {"stack", stack}, {"environment", environment}});
}

void EventsFile::take(const Event& event) { write(to_json(event)); }

void EventsFile::end(const Json& result) {
  Json line = result;
  line["type"] = "result";
  write(std::move(line));
}

}  // namespace dfx
