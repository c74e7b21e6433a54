#include "bad.hpp"

BAD_PLUGIN([] {
  dfx_plugin entry = bad::k_entry;
  entry.name = "somebody-else";
  return entry;
}())
