// Every command with what it understands: parsing, help and suggestions all read this one table.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace dfx {

struct Flag {
  const char* name;      // without dashes
  char letter;           // '\0': none
  const char* argument;  // what the help calls it; "": takes none
  const char* text;
};

// Where the words of a command line go.
enum class Words {
  stack,  // [STACK]
  own,    // words of the command's own; one that ends in .yaml or .yml is the stack
};

struct CommandInfo {
  const char* name;
  const char* arguments;  // shown after the name
  const char* summary;    // one line, lower case
  Words words;
  int least;              // own words at least and
  int most;               // at most
  std::vector<std::string> verbs;  // what the first word may be; empty: anything
  std::vector<std::string> flags;  // of its own
  const char* more;       // examples and what else there is to say
};

const std::vector<CommandInfo>& command_table();
const CommandInfo* find_command(std::string_view name);
std::vector<std::string> command_names();
// What people type when they mean another tool's word: "up" -> "apply". Empty if nothing comes to mind.
std::string meant_command(std::string_view word);

// Flags that every command takes.
const std::vector<Flag>& global_flags();
// Null if there is no such flag at all.
const Flag* find_flag(std::string_view name);
// Global ones and the command's own.
std::vector<const Flag*> flags_of(const CommandInfo& command);

std::string help_overview();
std::string help_of(const CommandInfo& command);

}  // namespace dfx
