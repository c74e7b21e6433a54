// A source file is missing from its build.
#include "bad.hpp"

extern "C" std::int32_t dfx_function_that_is_nowhere(const dfx_provider*, const dfx_call*);

BAD_PLUGIN(bad::entry_with(&bad::create_with<&dfx_function_that_is_nowhere, &bad::fine>))
