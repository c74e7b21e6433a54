#include "bad.hpp"

BAD_PLUGIN([] {
  dfx_plugin entry = bad::k_entry;
  entry.magic = 0x464c457f;
  return entry;
}())
