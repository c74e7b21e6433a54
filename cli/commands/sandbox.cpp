// The simulated world: looked at, bent, emptied.
#include <filesystem>
#include <fstream>
#include <iterator>

#include "cli/commands/answer.hpp"
#include "cli/prompt.hpp"
#include "cli/render/table.hpp"
#include "cli/render/value.hpp"
#include "sandbox/world.hpp"

namespace dfx::commands {
namespace {

void print(Context& context, const char* name, const Json& value) {
  if (context.options.json) {
    print_json(context.result, ExitCode::ok, {{name, value}});
    return;
  }
  context.result.out() << value.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

std::string text_of(const Json& machine, const char* key) {
  const Json text = machine.contains(key) ? machine[key] : Json();
  return text.is_string() ? text.get<std::string>() : "";
}

// One simulated server: how it is, and the machines on it.
void show_origin(Terminal& to, const std::string& origin, const Json& server) {
  const bool down = server.value("down", false);
  to.out() << to.paint(Style::bold, display(origin)) << "  " << display(server.value("kind", "")) << ", "
           << (down ? to.paint(Style::red, "down") : "up");
  const Json counts = server.value("counts", Json::object());
  for (const auto& [what, count] : counts.items())
    to.out() << ", " << display(what) << ' ' << count.dump();
  to.out() << '\n';
  Table table;
  const Json machines = server.value("instances", Json::object());
  for (const auto& [name, machine] : machines.items()) {
    std::string addresses;
    for (const Json& address : machine.value("addresses", Json::array())) addresses += (addresses.empty() ? "" : ", ") + address.get<std::string>();
    table.add({name, text_of(machine, "type"), text_of(machine, "status"), addresses});
  }
  table.render(to);
}

// Looking must not make a world.
bool exists(Context& context) {
  std::error_code error;
  return std::filesystem::exists(context.workspace.folder() / "sandbox", error);
}

ExitCode look(Context& context) {
  if (!exists(context) && !context.options.json) {
    context.result.out() << "There is no simulated world here yet: `dfx apply -e sandbox` makes one.\n";
    return ExitCode::ok;
  }
  const Json world = exists(context) ? context.workspace.world(Access::read).status() : Json::object();
  if (context.options.json) {
    print_json(context.result, ExitCode::ok, world);
    return ExitCode::ok;
  }
  const Json origins = world.value("origins", Json::object());
  for (const auto& [origin, server] : origins.items()) show_origin(context.result, origin, server);
  if (const Json faults = world.value("faults", Json()); !faults.empty())
    context.result.out() << "It is bent by rules: dfx sandbox faults\n";
  return ExitCode::ok;
}

// A damaged one is taken away: with it go the certificates that its servers showed.
void empty_world(Context& context) {
  try {
    context.workspace.world().reset();
  } catch (const Error& e) {
    if (e.diagnostics().list().front().code != "sandbox.damaged") throw;
    context.workspace.remove_world();
  }
}

ExitCode reset(Context& context) {
  require_answer(context, "emptying the simulated world");
  if (!context.options.yes && !ask_yes(context, "Empty the simulated world in " + (context.workspace.folder() / "sandbox").string() + "?"))
    return ExitCode::error;
  if (exists(context)) empty_world(context);
  if (context.options.json) print_json(context.result, ExitCode::ok, Json::object());
  else context.result.out() << "The simulated world is empty.\n";
  return ExitCode::ok;
}

std::string read_input(Context& context, const std::string& file) {
  if (file == "-") return {std::istreambuf_iterator<char>(context.input), {}};
  std::error_code error;
  std::ifstream in(file, std::ios::binary);
  if (!in || std::filesystem::is_directory(file, error)) throw Error("usage.unreadable-file", "a file cannot be read", file, "name a file with rules, or - for standard input");
  return {std::istreambuf_iterator<char>(in), {}};
}

Json read_rules(Context& context, const std::string& file) {
  try {
    return parse_json(read_input(context, file));
  } catch (const Error& e) {
    const Diagnostic& d = e.diagnostics().list().front();
    if (d.code != "json.invalid") throw;
    throw Error("usage.no-json", "a file is no JSON", file + ": " + d.detail, "`dfx sandbox --help` shows what rules look like");
  }
}

ExitCode faults(Context& context) {
  const std::string file = context.options.word(1);
  if (context.options.clear && !file.empty())
    throw Error("usage.bad-flag", "the command line makes no sense", "`--clear` takes all rules away, `" + file + "` sets some", "leave one of them");
  sandbox::World& world = context.workspace.world();
  if (context.options.clear) world.set_faults(Json::object());
  else if (!file.empty()) world.set_faults(read_rules(context, file));
  print(context, "faults", world.faults());
  return ExitCode::ok;
}

}  // namespace

ExitCode sandbox(Context& context) {
  const std::string verb = context.options.word(0);
  if (verb == "status") return look(context);
  return verb == "reset" ? reset(context) : faults(context);
}

}  // namespace dfx::commands
