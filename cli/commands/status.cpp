// Recorded rows first, then a look at the world that ends after ten seconds whatever is dead. Takes no lock.
#include "core/state/run_lock.hpp"

#include <map>

#include "cli/commands/answer.hpp"
#include "cli/commands/limit.hpp"
#include "cli/commands/status_report.hpp"
#include "cli/render/value.hpp"

namespace dfx::commands {
namespace {

constexpr std::chrono::seconds k_patience{10};

std::optional<Plan> look(Context& context, Diagnostics& problems, bool& gave_up) {
  try {
    Engine& engine = context.workspace.engine(Access::glance);
    const Limit limit(engine, k_patience);
    Plan plan = engine.plan({});
    gave_up = limit.is_over();
    return plan;
  } catch (const Error& e) {
    problems.append(e.diagnostics());
    return std::nullopt;
  }
}

// What went wrong in the newest run, by address.
std::map<std::string, std::string> failures_of(Store& store, const RunInfo& run) {
  std::map<std::string, std::string> out;
  for (const JournalEntry& entry : store.journal(run.id)) {
    if (entry.finished_ms == 0 || entry.result == "ok") out.erase(entry.address);
    else out[entry.address] = entry.message.empty() ? entry.result : entry.message;
  }
  return out;
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
  auto holder = run_lock_holder(workspace.run_lock_file());
  Store* store = workspace.recorded();
  const std::vector<Record> records = store == nullptr ? std::vector<Record>() : store->load();
  const auto runs = store == nullptr ? std::vector<RunInfo>() : store->runs(1);
  const StatusCommands commands{command_line(context, "apply"), command_line(context, "plan"), command_line(context, "doctor")};
  StatusInput input{stack, records, nullptr, commands, holder.has_value(), false, {}};
  if (!runs.empty()) input.failures = failures_of(*store, runs.front());
  StatusReport report = make_status(input);
  if (!records.empty()) {
    show_recorded(context, report);
    Diagnostics problems;
    const auto plan = look(context, problems, input.gave_up);
    erase_recorded(context);
    if (plan) input.plan = &*plan;
    if (!holder) holder = run_lock_holder(workspace.run_lock_file());  // one that has begun meanwhile
    input.running = holder.has_value();
    report = make_status(input);
    for (const Diagnostic& d : problems.list())
      if (d.severity == Severity::error) report.troubles.push_back({d.address, d.summary + ": " + d.detail, commands.doctor, d.help});
    if (plan) report.rows = status_rows(workspace.engine(Access::glance).expand().status, records, report.troubles);
  }
  report.holder = holder.value_or("");
  if (!runs.empty()) report.last_run = runs.front();
  if (context.options.json) print_json(context.result, ExitCode::ok, to_json(report));
  else render(context.result, report, commands, now_ms());
  return ExitCode::ok;
}

}  // namespace dfx::commands
