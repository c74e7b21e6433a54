#include "cli/commands/attempt.hpp"

#include <chrono>
#include <optional>

#include "cli/commands/answer.hpp"
#include "cli/commands/approve.hpp"
#include "cli/commands/status_report.hpp"
#include "cli/render/diagnostics.hpp"
#include "cli/render/events_file.hpp"
#include "cli/render/outcome.hpp"
#include "cli/render/patience.hpp"
#include "cli/render/plan.hpp"
#include "cli/render/progress.hpp"
#include "cli/render/table.hpp"
#include "cli/render/value.hpp"
#include "core/plan/plan_json.hpp"

namespace dfx {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t k_most_outputs = 16;
constexpr std::chrono::seconds k_patience{10};

struct Outcome {
  RunResult result;
  std::chrono::milliseconds elapsed{0};
};

// Approved: from here on the state says at every moment how far things are.
Outcome run(Context& context, Engine& engine, Plan& plan, const std::string& command, EventsFile* events) {
  const auto progress = make_progress(context.talk);
  EventFan fan;
  fan.add(*progress);
  if (events != nullptr) fan.add(*events);
  const std::stop_source drain;
  Outcome out;
  const auto start = Clock::now();
  {
    const Interrupts::Guard guard(context.interrupts, {drain, [&engine] { engine.cancel(); },
                                                       [&progress](const std::string& words) { progress->say(words); }});
    const Options& options = context.options;
    out.result = engine.apply(plan, command, fan, drain.get_token(), options.parallelism, options.fail_fast);
  }
  out.elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
  progress->finish();
  return out;
}

// What components want shown; for others what they give, as far as it is not too much.
void show_rows(Context& context, Engine& engine) {
  Terminal& to = context.result;
  const auto rows = status_rows(engine.expand().status, context.workspace.store().load(), {});
  Table table;
  for (const Component& component : context.workspace.stack().components) add_rows(table, rows, component.name);
  if (rows.empty()) {
    const auto leaves = flatten(without_nodes(engine.outputs()));
    if (leaves.size() <= k_most_outputs)
      for (const auto& [name, text] : leaves) table.add({name, text});
  }
  if (table.empty()) return;
  to.out() << '\n';
  table.render(to, 0);
}

std::string headline(const Plan& plan, const Outcome& outcome) {
  const std::string took = " in " + short_duration_text(outcome.elapsed);
  if (!outcome.result.complete()) return "Not finished: " + outcome_text(outcome.result) + took + ".";
  if (plan.destroy) return plan.entries.empty() ? "Nothing is there." : "Destroyed: " + outcome_text(outcome.result) + took + ".";
  const std::size_t unchanged = unchanged_count(plan);
  if (!plan.has_changes() && !plan.has_work()) return "No changes: " + count_text(unchanged, "resource") + " as the stack says.";
  std::string out = plan.has_changes() ? "Applied: " + outcome_text(outcome.result) : "Ready: what an earlier run had begun";
  if (unchanged > 0) out += "; " + std::to_string(unchanged) + " unchanged";
  return out + took + ".";
}

void report(Context& context, Engine& engine, const Plan& plan, const Outcome& outcome, ExitCode code, const std::string& command) {
  Terminal& to = context.result;
  to.out() << to.paint(Style::bold, headline(plan, outcome)) << '\n';
  if (code != ExitCode::ok) {
    const bool some = did_anything(outcome.result) || outcome.result.in_doubt > 0;
    to.out() << (some ? "What is done stays done. To go on: " : "Nothing was done. To try again: ") << command_line(context, command) << '\n';
    return;
  }
  if (!plan.destroy && plan.has_work()) show_rows(context, engine);
}

Json report_json(Engine& engine, const Plan& plan, const Outcome& outcome, const std::string& command) {
  Json out = to_json(outcome.result, outcome.elapsed);
  out["command"] = command;
  out["stack"] = plan.stack;
  out["environment"] = plan.environment;
  out["unchanged"] = unchanged_count(plan);
  out["problems"] = to_json(outcome.result.problems);
  if (!plan.destroy) out["outputs"] = without_nodes(engine.outputs());
  return out;
}

// Shown on the talk: the result of an apply is how it ended.
void show_plan(Context& context, const Plan& plan) {
  show_warnings(context);
  render(context.talk, plan.problems, lines_of_this_process());
  if (plan.has_work() && !plan.problems.has_errors()) render(context.talk, plan);
  context.talk.out() << std::flush;
}

ExitCode end_early(Context& context, ExitCode code, const Json& json, const std::string& words) {
  if (context.options.json) print_json(context.result, code, json);
  else context.result.out() << words << '\n';
  return code;
}

}  // namespace

void show_heading(Context& context, Terminal& to, const std::string& what) {
  const Stack& stack = context.workspace.stack();
  to.out() << to.paint(Style::bold, what + " for " + stack.name) << ", environment " << stack.environment
           << (stack.sandbox ? " (simulated)" : "") << '\n'
           << std::flush;
}

std::vector<std::string> addresses_of(const Plan& plan) {
  std::vector<std::string> out;
  for (const Entry& entry : plan.entries) out.push_back(plan.address(entry));
  return out;
}

Plan make_plan(Context& context, Access access, bool destroy) {
  PlanOptions options;
  options.replace = context.options.replace;
  options.destroy = destroy;
  Engine& engine = context.workspace.engine(access);
  Plan plan = [&] {
    const Patience patience(context.talk, "still looking at the world", k_patience);
    return engine.plan(options);
  }();
  for (const std::string& address : options.replace)
    if (plan.index.count(address) == 0) throw_unknown_address(address, addresses_of(plan));
  return plan;
}

ExitCode attempt(Context& context, const std::string& command) {
  const bool destroy = command == "destroy";
  check_agreement(context, destroy);
  std::optional<EventsFile> events;
  if (context.options.events) events.emplace(*context.options.events);
  const auto lock = context.workspace.lock("dfx " + command);
  show_heading(context, context.talk, destroy ? "Destroy" : "Apply");
  Engine& engine = context.workspace.engine(Access::write);
  Plan plan = make_plan(context, Access::write, destroy);
  show_plan(context, plan);
  if (plan.problems.has_errors())
    return end_early(context, exit_code_of(plan.problems), to_json(plan), "Nothing was done.");
  if (!approve(context, plan)) return end_early(context, ExitCode::error, to_json(plan), "Nothing was done.");
  context.workspace.lock_plugins();
  if (events) events->begin(command, plan.stack, plan.environment);
  const Outcome outcome = run(context, engine, plan, command, events ? &*events : nullptr);
  const ExitCode code = exit_code_of(outcome.result);
  const Json json = report_json(engine, plan, outcome, command);
  Diagnostics problems = outcome.result.problems;
  if (events) {
    events->end(with_exit(code, json));
    if (!events->problem().empty()) problems.warning("output.events-incomplete", "the events file is not complete").detail = events->problem();
  }
  render(context.talk, problems, lines_of_this_process());
  context.talk.out() << std::flush;
  if (context.options.json) print_json(context.result, code, json);
  else report(context, engine, plan, outcome, code, command);
  return code;
}

}  // namespace dfx
