// What dfx did before: runs, and the operations of one.
#include <algorithm>

#include "cli/commands/answer.hpp"
#include "cli/render/table.hpp"
#include "cli/render/value.hpp"

namespace dfx::commands {
namespace {

constexpr int k_most = 50;

std::string result_of(const RunInfo& run) { return run.finished_ms == 0 ? "not finished" : run.result; }

std::string took(std::int64_t started, std::int64_t finished) {
  return finished == 0 ? "" : duration_text(std::chrono::milliseconds(finished - started));
}

Json run_json(const RunInfo& run) {
  return {{"run", run.id}, {"command", run.command}, {"started", time_text(run.started_ms)},
          {"finished", run.finished_ms == 0 ? Json() : Json(time_text(run.finished_ms))}, {"result", result_of(run)}};
}

ExitCode list(Context& context) {
  Store* store = context.workspace.recorded();
  const std::vector<RunInfo> runs = store == nullptr ? std::vector<RunInfo>() : store->runs(k_most);
  if (context.options.json) {
    Json out = Json::array();
    for (const RunInfo& run : runs) out.push_back(run_json(run));
    print_json(context.result, ExitCode::ok, {{"runs", out}});
    return ExitCode::ok;
  }
  Table table;
  for (const RunInfo& run : runs)
    table.add({std::to_string(run.id), run.command, {result_of(run), run.result == "ok" ? Style::plain : Style::yellow},
               age_text(run.started_ms, now_ms()), took(run.started_ms, run.finished_ms)});
  table.render(context.result, 0);
  return ExitCode::ok;
}

RunInfo find(const std::vector<RunInfo>& runs, const std::string& word) {
  if (!runs.empty() && word.empty()) return runs.front();
  for (const RunInfo& run : runs)
    if (std::to_string(run.id) == word) return run;
  throw Error("usage.unknown-run", "there is no such run", word.empty() ? "nothing was ever applied here" : "there is no run `" + word + "`",
              "see `dfx run list`");
}

ExitCode show(Context& context) {
  Store* store = context.workspace.recorded();
  const RunInfo run = find(store == nullptr ? std::vector<RunInfo>() : store->runs(1 << 20), context.options.word(1));
  const std::vector<JournalEntry> entries = store->journal(run.id);
  if (context.options.json) {
    Json out = run_json(run), operations = Json::array();
    for (const JournalEntry& e : entries)
      operations.push_back({{"operation", e.operation}, {"address", e.address}, {"action", e.action}, {"started", time_text(e.started_ms)},
                            {"finished", e.finished_ms == 0 ? Json() : Json(time_text(e.finished_ms))},
                            {"result", e.finished_ms == 0 ? "in_doubt" : e.result}, {"message", e.message}});
    out["operations"] = operations;
    print_json(context.result, ExitCode::ok, out);
    return ExitCode::ok;
  }
  Terminal& to = context.result;
  to.out() << to.paint(Style::bold, "Run " + std::to_string(run.id)) << ": " << display(run.command) << ", " << result_of(run) << ", "
           << age_text(run.started_ms, now_ms()) << '\n';
  Table table;
  for (const JournalEntry& e : entries) {
    const bool good = e.finished_ms != 0 && e.result == "ok";
    table.add({e.action, e.address, {e.finished_ms == 0 ? "in doubt" : e.result, good ? Style::plain : Style::red}, took(e.started_ms, e.finished_ms), e.message});
  }
  table.render(to);
  return ExitCode::ok;
}

}  // namespace

ExitCode run(Context& context) { return context.options.word(0) == "list" ? list(context) : show(context); }

}  // namespace dfx::commands
