#include "cli/commands/attempt.hpp"

namespace dfx::commands {

ExitCode apply(Context& context) { return attempt(context, "apply"); }

}  // namespace dfx::commands
