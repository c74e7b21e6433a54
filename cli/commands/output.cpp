#include "cli/commands/answer.hpp"
#include "cli/render/outcome.hpp"
#include "cli/render/table.hpp"
#include "cli/render/value.hpp"
#include "core/model/encode.hpp"
#include "core/model/suggest.hpp"

namespace dfx::commands {
namespace {

std::vector<std::string> keys_of(const Json& value) {
  std::vector<std::string> out;
  if (value.is_object() && !is_dfx_node(value))
    for (const auto& [key, ignored] : value.items()) out.push_back(key);
  return out;
}

[[noreturn]] void throw_no_such_output(const std::string& path, const std::string& key, const std::vector<std::string>& known) {
  const auto near = suggest(key, known);
  std::string list;
  for (const std::string& name : known) list += (list.empty() ? "" : ", ") + name;
  throw Error("usage.unknown-output", "there is no such output", "`" + path + "`: no `" + key + "`",
              near ? "did you mean `" + *near + "`?" : known.empty() ? "there is nothing below it" : "there are: " + list);
}

// "lxd.machines.cp-a.address"; an index counts from 0.
const Json& find(const Json& outputs, const std::string& path) {
  const Json* at = &outputs;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('.', begin), path.size());
    const std::string key = path.substr(begin, end - begin);
    const bool digits = !key.empty() && key.size() < 8 && key.find_first_not_of("0123456789") == std::string::npos;
    if (at->is_array() && digits && std::stoul(key) < at->size()) at = &(*at)[std::stoul(key)];
    else if (at->is_object() && !is_dfx_node(*at) && at->contains(key)) at = &(*at)[key];
    else throw_no_such_output(path, key, keys_of(*at));
    begin = end + 1;
  }
  return *at;
}

void check_printable(const std::string& path, const Json& value) {
  if (is_dfx_node(value) && contains_secret(value))
    throw Error("output.secret", "this output is a secret", "`" + path + "` is sealed in the state and never printed",
                "let the component that needs it refer to it: ${" + path + "}");
  if (value.is_null() || (is_dfx_node(value) && contains_unknown(value)))
    throw Error("output.unknown", "this output is not known yet", "`" + path + "` is known once the stack is applied",
                "run `dfx apply` first");
}

}  // namespace

ExitCode output(Context& context) {
  const std::string path = context.options.word(0);
  context.workspace.check_world();
  const Json outputs = context.workspace.engine(Access::settings).outputs();
  const Json& chosen = path.empty() ? outputs : find(outputs, path);
  show_warnings(context);
  if (context.options.json) {
    print_json(context.result, ExitCode::ok, {{"outputs", without_nodes(chosen)}});
    return ExitCode::ok;
  }
  if (!path.empty() && (!chosen.is_structured() || is_dfx_node(chosen))) {
    check_printable(path, chosen);
    const std::string text = chosen.is_string() ? chosen.get<std::string>() : canonical(chosen);
    // A program gets the value as it is, a terminal nothing that could bend it.
    context.result.out() << (context.result.is_tty() ? display(text) : text) << '\n';
    return ExitCode::ok;
  }
  Table table;
  for (const auto& [name, text] : flatten(without_nodes(chosen))) table.add({name, text});
  table.render(context.result, 0);
  return ExitCode::ok;
}

}  // namespace dfx::commands
