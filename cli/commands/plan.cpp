#include "cli/render/plan.hpp"

#include <algorithm>

#include "cli/commands/answer.hpp"
#include "cli/commands/attempt.hpp"
#include "cli/render/diagnostics.hpp"
#include "core/plan/plan_json.hpp"

namespace dfx::commands {
namespace {

ExitCode exit_code(const Context& context, const Plan& plan) {
  if (plan.problems.has_errors()) return exit_code_of(plan.problems);
  if (!plan.obstacles.empty()) return ExitCode::error;
  return context.options.detailed_exitcode ? exit_code_of(plan) : ExitCode::ok;
}

void show(Context& context, const Plan& plan) {
  Terminal& to = context.result;
  if (context.options.explain) {
    render_explanation(to, plan, *context.options.explain);
    return;
  }
  if (plan.problems.has_errors()) {
    to.out() << "There is no plan: see what is wrong.\n";
    return;
  }
  render(to, plan);
  const bool blocked = std::any_of(plan.operations.begin(), plan.operations.end(), [](const Operation& o) { return !o.blocked.empty(); });
  if (!plan.has_changes() && !plan.has_work()) return;
  const char* words = plan.has_changes() ? "To do it: " : blocked ? "Once what is blocked can be reached: " : "To go on: ";
  to.out() << words << command_line(context, "apply");
  for (const std::string& address : context.options.replace) to.out() << " --replace " << address;
  to.out() << '\n';
}

}  // namespace

ExitCode plan(Context& context) {
  const bool json = context.options.json;
  if (!json && !context.options.explain) show_heading(context, context.result, "Plan");
  const Plan plan = make_plan(context, Access::read, false);
  if (const auto& address = context.options.explain; address && plan.index.count(*address) == 0)
    throw_unknown_address(*address, addresses_of(plan));
  const ExitCode code = exit_code(context, plan);
  if (json) print_json(context.result, code, to_json(plan));
  else show(context, plan);
  show_warnings(context);
  Diagnostics problems = plan.problems;
  problems.append(plan.obstacles);
  render(context.talk, problems, lines_of_this_process());
  return code;
}

}  // namespace dfx::commands
