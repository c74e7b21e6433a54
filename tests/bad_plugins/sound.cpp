// Nothing is wrong with this one: what the others are measured against, and what is truncated.
#include "bad.hpp"

BAD_PLUGIN(bad::k_entry)
