// The command line from its words to the exit code: the only place that catches errors.
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <map>

#include "cli/commands/answer.hpp"
#include "cli/context.hpp"
#include "cli/crash_report.hpp"
#include "cli/fd_stream.hpp"
#include "cli/render/diagnostics.hpp"
#include "cli/workspace_folder.hpp"
#include "core/plugin/plugin_host.hpp"

namespace dfx {
namespace {

const std::map<std::string, Command>& commands_by_name() {
  static const std::map<std::string, Command> k_commands = {
      {"apply", commands::apply},       {"destroy", commands::destroy}, {"doctor", commands::doctor},
      {"explain", commands::explain},   {"graph", commands::graph},     {"help", commands::help},
      {"init", commands::init},         {"output", commands::output},   {"plan", commands::plan},
      {"plugin", commands::plugin},     {"run", commands::run},         {"sandbox", commands::sandbox},
      {"state", commands::state},       {"status", commands::status},   {"validate", commands::validate},
      {"version", commands::version},
  };
  return k_commands;
}

bool can_ask() { return isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1; }

// What could not be understood or done, for people and, if asked for, for programs.
ExitCode report(Terminal& result, Terminal& talk, const Diagnostics& problems, bool json) {
  render(talk, problems, lines_of_this_process());
  const ExitCode code = exit_code_of(problems);
  if (json) print_json(result, code, {{"problems", to_json(problems)}});
  return code;
}

ExitCode report_bug(Terminal& result, Terminal& talk, const char* what, bool json) {
  const std::string file = write_crash_report(what);
  Diagnostic d;
  d.code = "internal.bug";
  d.summary = "dfx has a bug";
  d.detail = std::string(what) + (file.empty() ? "" : "\nThe crash report is in " + file);
  d.help = "the state is safe: run the same command again; please send the crash report in";
  Diagnostics problems;
  problems.add(std::move(d));
  return report(result, talk, problems, json);
}

// The result counts only once it is written; whoever reads just its beginning (`| head`) has what he wanted.
ExitCode flush(FdStream& out, Terminal& talk, ExitCode code) {
  out.flush();
  const bool written = out.problem() == 0 || out.problem() == EPIPE;
  if (!written) {
    Diagnostics problems;
    problems.error("output.not-written", "the result could not be written").detail = std::strerror(out.problem());
    render(talk, problems, {});
  }
  talk.out().flush();
  return written || code != ExitCode::ok ? code : ExitCode::error;
}

class App {
 public:
  App(const std::vector<std::string>& arguments, Interrupts& interrupts)
      : x_arguments(arguments), x_interrupts(interrupts), x_json(asks_for_json(arguments)),
        x_result(x_out, probe_terminal(STDOUT_FILENO, asks_for_no_color(arguments))),
        x_talk(x_err, probe_terminal(STDERR_FILENO, asks_for_no_color(arguments))) {}

  ExitCode run() {
    Options options;
    const ExitCode understood = guard([&] {
      options = parse_options(x_arguments);
      return ExitCode::ok;
    });
    if (understood != ExitCode::ok) return flush(x_out, x_talk, understood);
    Workspace workspace(options.workspace);
    Context context{options, x_result, x_talk, std::cin, can_ask(), x_interrupts, workspace};
    const ExitCode done = guard([&] { return commands_by_name().at(options.command)(context); });
    const ExitCode code = flush(x_out, x_talk, done);
    if (workspace.calls_left_behind() || PluginHost::refused_loaded_code()) std::_Exit(static_cast<int>(code));
    return code;
  }

 private:
  ExitCode guard(const std::function<ExitCode()>& work) {
    try {
      return work();
    } catch (const Error& e) {
      return report(x_result, x_talk, e.diagnostics(), x_json);
    } catch (const std::filesystem::filesystem_error& e) {
      return report(x_result, x_talk, unusable_workspace(e.path1(), e.code().message()).diagnostics(), x_json);
    } catch (const std::exception& e) {
      return report_bug(x_result, x_talk, e.what(), x_json);
    }
  }

  const std::vector<std::string>& x_arguments;
  Interrupts& x_interrupts;
  bool x_json;
  FdStream x_out{STDOUT_FILENO};
  FdStream x_err{STDERR_FILENO};
  Terminal x_result;
  Terminal x_talk;
};

// A standard stream that is closed would become the next file that is opened, and get what was meant for a person. The
// results' one stays a stream that cannot be written, so that this is said.
void fill_standard_streams() {
  const std::array<int, 3> flags{O_RDONLY, O_RDONLY, O_WRONLY};
  for (int fd = 0; fd < 3; ++fd)
    if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", flags[static_cast<std::size_t>(fd)]) < 0) std::_Exit(static_cast<int>(ExitCode::error));
}

}  // namespace
}  // namespace dfx

// Called by main() once this library is loaded.
extern "C" int dfx_run(int argc, char** argv) {
  dfx::fill_standard_streams();
  std::signal(SIGPIPE, SIG_IGN);
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  dfx::prepare_crash_reports(arguments);
  dfx::Interrupts interrupts;
  return static_cast<int>(dfx::App(arguments, interrupts).run());
}
