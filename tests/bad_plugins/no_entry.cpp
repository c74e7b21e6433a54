// Forgot the macro.
#include "bad.hpp"

extern "C" const dfx_provider* an_entry_of_another_name(const dfx_host* host) { return bad::create(host); }
