#include "bad.hpp"

BAD_PLUGIN([] {
  dfx_plugin entry = bad::k_entry;
  entry.abi_major = 7;
  return entry;
}())
