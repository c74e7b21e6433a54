#include "cli/command_table.hpp"
#include "cli/context.hpp"

namespace dfx::commands {

ExitCode help(Context& context) {
  const CommandInfo* topic = find_command(context.options.word(0));
  context.result.out() << (topic != nullptr ? help_of(*topic) : help_overview());
  return ExitCode::ok;
}

}  // namespace dfx::commands
