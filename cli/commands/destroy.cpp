#include "cli/commands/attempt.hpp"

namespace dfx::commands {

ExitCode destroy(Context& context) { return attempt(context, "destroy"); }

}  // namespace dfx::commands
