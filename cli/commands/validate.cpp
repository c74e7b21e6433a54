#include "cli/commands/answer.hpp"
#include "cli/render/diagnostics.hpp"
#include "cli/render/value.hpp"

namespace dfx::commands {
namespace {

// Every environment that the stack declares, unless one was said.
std::vector<std::string> environments_of(Context& context) {
  const Stack& stack = context.workspace.stack();
  return context.options.workspace.environment ? std::vector{stack.environment} : stack.environments;
}

Json check(const WorkspaceOptions& options, const std::string& environment, Diagnostics& problems, Diagnostics& warnings) {
  WorkspaceOptions own = options;
  own.environment = environment;
  Workspace workspace(own);
  try {
    const Expanded& expanded = workspace.engine(Access::settings).expand();
    if (warnings.empty()) warnings.append(workspace.plugin_problems());
    warnings.append(workspace.warnings());
    return {{"environment", environment}, {"components", expanded.settings.size()}, {"resources", expanded.resources.size()}};
  } catch (const Error& e) {
    problems.append(e.diagnostics());
    return {{"environment", environment}, {"problems", to_json(e.diagnostics())}};
  }
}

}  // namespace

ExitCode validate(Context& context) {
  Diagnostics problems, warnings;
  Json checked = Json::array();
  for (const std::string& environment : environments_of(context)) {
    checked.push_back(check(context.options.workspace, environment, problems, warnings));
    if (problems.has_errors()) break;
  }
  if (problems.has_errors()) throw Error(problems);
  render(context.talk, warnings, lines_of_this_process());
  if (context.options.json) {
    print_json(context.result, ExitCode::ok, {{"stack", context.workspace.stack().name}, {"environments", checked}});
    return ExitCode::ok;
  }
  for (const Json& one : checked)
    context.result.out() << context.options.workspace.stack_file.string() << ": valid in environment "
                         << one["environment"].get<std::string>() << ": " << count_text(one["components"], "component") << ", "
                         << count_text(one["resources"], "resource") << '\n';
  return ExitCode::ok;
}

}  // namespace dfx::commands
