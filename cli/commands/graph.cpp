#include "cli/render/graph.hpp"

#include "cli/commands/answer.hpp"

namespace dfx::commands {

ExitCode graph(Context& context) {
  const std::vector<Resource>& resources = context.workspace.engine(Access::settings).expand().resources;
  show_warnings(context);
  if (context.options.json) print_json(context.result, ExitCode::ok, graph_json(resources));
  else if (context.options.dot) render_dot(context.result, resources);
  else render_tree(context.result, resources);
  return ExitCode::ok;
}

}  // namespace dfx::commands
