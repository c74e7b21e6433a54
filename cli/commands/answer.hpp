// What commands say in the end: the one JSON document, and the next command to type.
#pragma once
#include <string>

#include "cli/context.hpp"
#include "core/model/json.hpp"

namespace dfx {

// `result` with "format", "exit" and "exit_name".
Json with_exit(ExitCode code, Json result);
// The same as one document.
void print_json(Terminal& to, ExitCode code, Json result);

Json to_json(const Diagnostics& problems);

// The same environment of the same stack with another command: "dfx apply home.stack.yaml -e home". Ready to paste.
std::string command_line(const Context& context, const std::string& command);

// "5 resources and 4 lookups and checks": what dfx makes, and what it only asks for.
std::string resources_text(Workspace& workspace, const Expanded& expanded);

// Warnings of the stack file, of plugins and of secrets, once, on the talk.
void show_warnings(Context& context);

// "did you mean" for an address that is none of `known`. Throws Error "usage.unknown-address".
[[noreturn]] void throw_unknown_address(const std::string& address, const std::vector<std::string>& known);

}  // namespace dfx
