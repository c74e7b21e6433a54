// Refused for its name; what it would run as the process ends must not run.
#include <cstdlib>

#include "bad.hpp"

namespace {

struct Bomb {
  ~Bomb() { std::abort(); }
} bomb;

}  // namespace

BAD_PLUGIN([] {
  dfx_plugin entry = bad::k_entry;
  entry.name = "somebody-else";
  return entry;
}())
