// Old rows in today's schema, in memory; written with the next run.
#pragma once
#include "core/plan/caller.hpp"
#include "core/state/record.hpp"

namespace dfx {

// False: nothing to do, the row has its kind's schema version or the kind is unknown. Throws Error "plan.migrate-failed",
// or "state.newer-schema" if the row was written by a newer plugin.
bool migrate_record(const Caller& caller, Record& record);

}  // namespace dfx
