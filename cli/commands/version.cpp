#include "cli/commands/answer.hpp"
#include "cli/version.hpp"

namespace dfx::commands {

ExitCode version(Context& context) {
  if (context.options.json)
    print_json(context.result, ExitCode::ok,
               {{"version", DFX_VERSION_STRING}, {"abi_major", DFX_ABI_MAJOR}, {"platform", k_platform}});
  else
    context.result.out() << version_line() << '\n';
  return ExitCode::ok;
}

}  // namespace dfx::commands
