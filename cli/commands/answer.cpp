#include "cli/commands/answer.hpp"

#include "cli/render/diagnostics.hpp"
#include "cli/render/value.hpp"
#include "core/model/suggest.hpp"
#include "core/plan/plan_json.hpp"
#include "core/plugin/catalog.hpp"

namespace dfx {
namespace {

constexpr int k_format = 1;

// As a shell takes it.
std::string quoted(const std::string& word) {
  const bool plain = !word.empty() && word.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                                             "_@%+=:,./-") == std::string::npos;
  if (plain) return word;
  std::string out = "'";
  for (char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

}  // namespace

Json with_exit(ExitCode code, Json result) {
  result["format"] = k_format;
  result["exit"] = static_cast<int>(code);
  result["exit_name"] = to_string(code);
  return result;
}

void print_json(Terminal& to, ExitCode code, Json result) {
  to.out() << with_exit(code, std::move(result)).dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

Json to_json(const Diagnostics& problems) {
  Json out = Json::array();
  for (const Diagnostic& d : problems.list()) out.push_back(to_json(d));
  return out;
}

std::string command_line(const Context& context, const std::string& command) {
  std::string out = "dfx " + command;
  const Options& options = context.options;
  if (options.stack_named) {
    const bool own_words = command.find(' ') != std::string::npos;
    out += (own_words ? " --file " : " ") + quoted(options.workspace.stack_file.string());
  }
  for (const auto& folder : options.workspace.plugin_path) out += " --plugin-path " + quoted(folder.string());
  if (options.workspace.environment) out += " -e " + quoted(*options.workspace.environment);
  return out;
}

std::string resources_text(Workspace& workspace, const Expanded& expanded) {
  std::size_t made = 0;
  for (const Resource& resource : expanded.resources) {
    const Kind* kind = workspace.catalog().find_kind(resource.kind);
    made += kind == nullptr || kind->mode == Mode::managed ? 1 : 0;
  }
  const std::size_t asked = expanded.resources.size() - made;
  const std::string tail = asked == 0 ? "" : " and " + count_text(asked, "lookup") + (asked == 1 ? " or check" : " and checks");
  return count_text(made, "resource") + tail;
}

void show_warnings(Context& context) {
  render(context.talk, context.workspace.warnings(), lines_of_this_process());
}

void throw_unknown_address(const std::string& address, const std::vector<std::string>& known) {
  const auto near = suggest(address, known);
  throw Error("usage.unknown-address", "there is no such address", "`" + address + "` is neither wanted nor recorded",
              near ? "did you mean `" + *near + "`?" : "copy one from `dfx graph` or `dfx state list`");
}

}  // namespace dfx
