// Recorded rows first, then a look at the world that ends after ten seconds whatever is dead. Takes no lock.
#include "core/state/run_lock.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

#include "cli/commands/answer.hpp"
#include "cli/commands/status_report.hpp"
#include "cli/render/value.hpp"

namespace dfx::commands {
namespace {

constexpr std::chrono::seconds k_patience{10};

// Ends the engine's calls once the patience is over; does nothing if it dies earlier.
class Limit {
 public:
  explicit Limit(Engine& engine)
      : x_thread([this, &engine](const std::stop_token& stop) {
          std::unique_lock lock(x_mutex);
          x_changed.wait_for(lock, stop, k_patience, [] { return false; });
          if (!stop.stop_requested()) engine.cancel();
        }) {}

 private:
  std::mutex x_mutex;
  std::condition_variable_any x_changed;
  std::jthread x_thread;
};

std::optional<Plan> look(Context& context, Diagnostics& problems) {
  try {
    Engine& engine = context.workspace.engine(Access::read);
    const Limit limit(engine);
    return engine.plan({});
  } catch (const Error& e) {
    problems.append(e.diagnostics());
    return std::nullopt;
  }
}

// On a terminal: what is recorded, at once, until the world has answered.
void show_recorded(Context& context, const StatusReport& recorded) {
  if (!context.talk.is_tty() || context.options.json) return;
  context.talk.out() << context.talk.paint(Style::dim, count_text(recorded.resources, "resource") + " recorded, " +
                                                           count_text(recorded.troubles.size(), "problem") + "; looking at the world ...")
                     << std::flush;
}

void erase_recorded(Context& context) {
  if (context.talk.is_tty() && !context.options.json) context.talk.out() << "\r\x1b[K" << std::flush;
}

}  // namespace

ExitCode status(Context& context) {
  Workspace& workspace = context.workspace;
  const Stack& stack = workspace.stack();
  Store* store = workspace.recorded();
  const std::vector<Record> records = store == nullptr ? std::vector<Record>() : store->load();
  const auto runs = store == nullptr ? std::vector<RunInfo>() : store->runs(1);
  const StatusCommands commands{command_line(context, "apply"), command_line(context, "plan"), command_line(context, "doctor")};
  StatusReport report = make_status({stack, records, nullptr, commands});
  if (!records.empty()) {
    show_recorded(context, report);
    Diagnostics problems;
    const auto plan = look(context, problems);
    erase_recorded(context);
    report = make_status({stack, records, plan ? &*plan : nullptr, commands});
    for (const Diagnostic& d : problems.list())
      if (d.severity == Severity::error) report.troubles.push_back({d.address, d.summary + ": " + d.detail, commands.doctor});
    if (plan) report.rows = status_rows(workspace.engine(Access::read).expand().status, records, report.troubles);
  }
  if (const auto holder = run_lock_holder(workspace.run_lock_file())) report.holder = *holder;
  if (!runs.empty()) report.last_run = runs.front();
  if (context.options.json) print_json(context.result, ExitCode::ok, to_json(report));
  else render(context.result, report, commands, now_ms());
  return ExitCode::ok;
}

}  // namespace dfx::commands
