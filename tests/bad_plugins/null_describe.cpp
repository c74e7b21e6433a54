#include "bad.hpp"

BAD_PLUGIN([] {
  dfx_plugin entry = bad::k_entry;
  entry.describe = nullptr;
  return entry;
}())
