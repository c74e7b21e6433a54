#include "bad.hpp"

BAD_PLUGIN(bad::entry_with(&bad::create_with<nullptr, &bad::fine>))
