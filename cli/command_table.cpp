#include "cli/command_table.hpp"

#include <algorithm>
#include <utility>

namespace dfx {
namespace {

const std::vector<Flag>& own_flags() {
  static const std::vector<Flag> k_flags = {
      {"detailed-exitcode", '\0', "", "exit 2 if something is to be done, 5 if only the world has changed"},
      {"explain", '\0', "ADDRESS", "say everything about one resource: each value, each reason, its order"},
      {"replace", '\0', "ADDRESS", "make this one anew although nothing asks for it; may be repeated"},
      {"yes", 'y', "", "do not ask; never covers what loses data"},
      {"confirm", '\0', "STACK", "the stack's name: agrees to deletes that lose data"},
      {"events", '\0', "FILE", "write one JSON line per event, beside any other output"},
      {"parallelism", '\0', "N", "operations at once (16)"},
      {"fail-fast", '\0', "", "start nothing new after the first failure"},
      {"dot", '\0', "", "print a Graphviz graph"},
      {"clear", '\0', "", "take all faults away"},
  };
  return k_flags;
}

}  // namespace

const std::vector<Flag>& global_flags() {
  static const std::vector<Flag> k_flags = {
      {"help", 'h', "", "print this and do nothing else"},
      {"environment", 'e', "NAME", "the environment of the stack"},
      {"file", 'f', "STACK", "the stack file (./stack.yaml)"},
      {"json", '\0', "", "print the result as one JSON document"},
      {"no-color", '\0', "", "no colors, whatever the terminal can do"},
      {"plugin-path", '\0', "DIR", "look for plugins here first; may be repeated"},
      {"trace", '\0', "FILE", "write one JSON line per request to the outside world"},
  };
  return k_flags;
}

const Flag* find_flag(std::string_view name) {
  for (const auto* list : {&global_flags(), &own_flags()})
    for (const Flag& flag : *list)
      if (name == flag.name) return &flag;
  return nullptr;
}

std::vector<const Flag*> flags_of(const CommandInfo& command) {
  std::vector<const Flag*> out;
  for (const std::string& name : command.flags) out.push_back(find_flag(name));
  for (const Flag& flag : global_flags()) out.push_back(&flag);
  return out;
}

const CommandInfo* find_command(std::string_view name) {
  for (const CommandInfo& command : command_table())
    if (name == command.name) return &command;
  return nullptr;
}

std::vector<std::string> command_names() {
  std::vector<std::string> out;
  for (const CommandInfo& command : command_table()) out.emplace_back(command.name);
  return out;
}

std::string meant_command(std::string_view word) {
  static const std::vector<std::pair<std::string_view, const char*>> k_words = {
      {"up", "apply"},       {"deploy", "apply"},    {"create", "apply"}, {"converge", "apply"}, {"down", "destroy"},
      {"delete", "destroy"}, {"rm", "destroy"},      {"diff", "plan"},    {"preview", "plan"},   {"refresh", "plan"},
      {"ls", "status"},      {"list", "status"},     {"show", "status"},  {"ps", "status"},      {"check", "validate"},
      {"lint", "validate"},  {"outputs", "output"},  {"new", "init"},     {"plugins", "plugin"}, {"providers", "plugin"},
      {"schema", "explain"}, {"log", "run list"},    {"history", "run list"},  {"runs", "run list"},
  };
  const auto found = std::find_if(k_words.begin(), k_words.end(), [&](const auto& w) { return w.first == word; });
  return found == k_words.end() ? "" : found->second;
}

}  // namespace dfx
