// The command line, read and checked. Abbreviated flags are off: a script must not break when a flag is added.
#pragma once
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cli/workspace.hpp"

namespace dfx {

struct Options {
  std::string command;              // "help" and "version" too
  std::vector<std::string> words;   // the command's own, verb first
  bool stack_named = false;         // the stack file was said, not assumed
  WorkspaceOptions workspace;
  bool json = false;
  bool no_color = false;
  bool yes = false;
  bool detailed_exitcode = false;
  bool fail_fast = false;
  bool dot = false;
  bool clear = false;
  unsigned parallelism = 16;
  std::optional<std::string> explain;
  std::optional<std::string> confirm;
  std::optional<std::string> events;
  std::set<std::string> replace;

  // The n-th word, or empty.
  std::string word(std::size_t n) const { return n < words.size() ? words[n] : std::string(); }
};

// `arguments` without the program's name. Throws Error "usage.*".
Options parse_options(const std::vector<std::string>& arguments);

// What the rest of the line asks for before it could be understood: messages about it go the same way.
bool asks_for_json(const std::vector<std::string>& arguments);
bool asks_for_no_color(const std::vector<std::string>& arguments);

}  // namespace dfx
