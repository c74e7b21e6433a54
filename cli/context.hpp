// What a command is given. Everything in it is borrowed and outlives the command.
#pragma once
#include <functional>
#include <istream>
#include <memory>
#include <string>

#include "cli/exit_code.hpp"
#include "cli/interrupts.hpp"
#include "cli/options.hpp"
#include "cli/render/terminal.hpp"
#include "cli/workspace.hpp"

namespace dfx {

struct Context {
  const Options& options;
  Terminal& result;      // stdout: what was asked for, and nothing else
  Terminal& talk;        // stderr
  std::istream& input;   // stdin
  bool can_ask = false;  // somebody sits at stdin and stderr
  Interrupts& interrupts;
  Workspace& workspace;  // opens nothing before it is asked
};

// [main thread] Throws Error; returns how the process ends.
using Command = std::function<ExitCode(Context&)>;

namespace commands {
ExitCode plan(Context&);
ExitCode apply(Context&);
ExitCode destroy(Context&);
ExitCode status(Context&);
ExitCode output(Context&);
ExitCode graph(Context&);
ExitCode validate(Context&);
ExitCode explain(Context&);
ExitCode init(Context&);
ExitCode doctor(Context&);
ExitCode state(Context&);
ExitCode plugin(Context&);
ExitCode sandbox(Context&);
ExitCode run(Context&);
ExitCode help(Context&);
ExitCode version(Context&);
}  // namespace commands

}  // namespace dfx
