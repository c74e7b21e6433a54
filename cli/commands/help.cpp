#include "cli/command_table.hpp"
#include "cli/commands/answer.hpp"

namespace dfx::commands {
namespace {

Json to_json(const Flag& flag) {
  return {{"flag", std::string("--") + flag.name}, {"letter", flag.letter == '\0' ? "" : std::string{'-', flag.letter}},
          {"argument", flag.argument}, {"text", flag.text}};
}

Json to_json(const CommandInfo& command) {
  Json flags = Json::array();
  for (const Flag* flag : flags_of(command)) flags.push_back(to_json(*flag));
  return {{"command", command.name}, {"arguments", command.arguments}, {"summary", command.summary}, {"text", command.more}, {"flags", flags}};
}

Json overview() {
  Json commands = Json::array(), flags = Json::array();
  for (const CommandInfo& command : command_table())
    commands.push_back({{"command", command.name}, {"arguments", command.arguments}, {"summary", command.summary}});
  for (const Flag& flag : global_flags()) flags.push_back(to_json(flag));
  return {{"commands", commands}, {"flags", flags}};
}

}  // namespace

ExitCode help(Context& context) {
  const CommandInfo* topic = find_command(context.options.word(0));
  if (context.options.json) print_json(context.result, ExitCode::ok, topic != nullptr ? to_json(*topic) : overview());
  else context.result.out() << (topic != nullptr ? help_of(*topic) : help_overview());
  return ExitCode::ok;
}

}  // namespace dfx::commands
