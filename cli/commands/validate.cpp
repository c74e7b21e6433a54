#include <algorithm>

#include "cli/commands/answer.hpp"
#include "cli/render/diagnostics.hpp"
#include "cli/render/value.hpp"

namespace dfx::commands {
namespace {

struct Checked {
  std::string environment;
  std::size_t components = 0;
  std::size_t resources = 0;
  std::string text;  // of them
  Diagnostics problems;
};

// Every environment that the stack declares, unless one was said.
std::vector<std::string> environments_of(const WorkspaceOptions& options) {
  return options.environment ? std::vector{*options.environment} : stack_environments(options.stack_file);
}

Checked check(Workspace& workspace, const std::string& environment, std::string& stack) {
  Checked out{environment, 0, 0, "", {}};
  try {
    stack = workspace.stack().name;
    const Expanded& expanded = workspace.engine(Access::settings).expand();
    out.components = expanded.settings.size();
    out.resources = expanded.resources.size();
    out.text = resources_text(workspace, expanded);
  } catch (const Error& e) {
    out.problems.append(e.diagnostics());
  }
  out.problems.append(workspace.warnings());
  return out;
}

// What is wrong in several environments is said once.
void add_new(Diagnostics& all, const Diagnostics& more) {
  for (const Diagnostic& d : more.list()) {
    const auto same = [&](const Diagnostic& other) {
      return other.code == d.code && other.place == d.place && other.detail == d.detail && other.address == d.address && other.path == d.path;
    };
    if (std::none_of(all.list().begin(), all.list().end(), same)) all.add(d);
  }
}

Json to_json(const Checked& one) {
  Json out = {{"environment", one.environment}, {"problems", dfx::to_json(one.problems)}};
  if (one.problems.has_errors()) return out;
  out["components"] = one.components;
  out["resources"] = one.resources;
  return out;
}

std::string words(const Checked& one) {
  if (one.problems.has_errors()) return "not valid in environment " + one.environment;
  return "valid in environment " + one.environment + ": " + count_text(one.components, "component") + ", " + one.text;
}

}  // namespace

ExitCode validate(Context& context) {
  const WorkspaceOptions& options = context.options.workspace;
  Diagnostics problems;
  std::string stack;
  Json json = Json::array();
  for (const std::string& environment : environments_of(options)) {
    const Checked one = check(context.workspace.beside(environment), environment, stack);
    add_new(problems, one.problems);
    json.push_back(to_json(one));
    if (!context.options.json) context.result.out() << options.stack_file.string() << ": " << words(one) << '\n';
  }
  context.result.out() << std::flush;
  const ExitCode code = problems.has_errors() ? exit_code_of(problems) : ExitCode::ok;
  render(context.talk, problems, lines_of_this_process());
  if (context.options.json) print_json(context.result, code, {{"stack", stack}, {"environments", json}, {"problems", dfx::to_json(problems)}});
  return code;
}

}  // namespace dfx::commands
