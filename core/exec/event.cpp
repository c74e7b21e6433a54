#include "core/exec/event.hpp"

namespace dfx {

const char* to_string(Event::Type t) {
  switch (t) {
    case Event::Type::started: return "started";
    case Event::Type::progress: return "progress";
    case Event::Type::waiting: return "waiting";
    case Event::Type::retrying: return "retrying";
    case Event::Type::done: return "done";
    case Event::Type::failed: return "failed";
    case Event::Type::left: return "left";
    case Event::Type::skipped: return "skipped";
  }
  return "started";
}

}  // namespace dfx
