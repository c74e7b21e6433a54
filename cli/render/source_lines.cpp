#include "cli/render/diagnostics.hpp"

namespace dfx {

LineLookup lines_of_this_process() {
  return [](const Place& place) { return SourceText::instance().find_line(place); };
}

}  // namespace dfx
