// The report as people and as programs read it: the verdict first, then what is wrong, then the rest.
#include <string_view>

#include "cli/commands/status_report.hpp"
#include "cli/render/table.hpp"
#include "cli/render/value.hpp"

namespace dfx {
namespace {

constexpr std::size_t k_most_troubles = 20;

std::string verdict_text(const StatusReport& r) {
  const std::string_view verdict = verdict_of(r);
  if (verdict == "running") return "a run is going on";
  if (verdict == "problems") return count_text(r.troubles.size(), "problem");
  if (verdict == "nothing") return "nothing is there yet";
  if (verdict == "unknown") return "nothing wrong is recorded, the world was not looked at";
  if (verdict == "changes") return "well, and " + count_text(r.pending, "change") + " to apply";
  return "all is well";
}

Style verdict_style(const StatusReport& r) {
  const std::string_view verdict = verdict_of(r);
  if (verdict == "problems") return Style::red;
  return verdict == "well" ? Style::green : Style::yellow;
}

std::string run_text(const StatusReport& r, std::int64_t now) {
  if (!r.last_run) return "nothing was ever applied";
  const RunInfo& run = *r.last_run;
  const std::string result = run.finished_ms == 0 ? (r.holder.empty() ? "did not end" : "going on") : run.result;
  return "last run: " + run.command + " " + age_text(run.started_ms, now) + ", " + result;
}

void render_troubles(Terminal& to, const StatusReport& r) {
  for (std::size_t i = 0; i < r.troubles.size(); ++i) {
    const Trouble& trouble = r.troubles[i];
    if (i == k_most_troubles) {
      to.out() << "  and " << r.troubles.size() - k_most_troubles << " more\n";
      break;
    }
    const bool nowhere = trouble.address.empty();
    if (!nowhere) to.out() << "  " << to.paint(Style::red, "!") << ' ' << display(trouble.address) << '\n';
    // What a dead host brings with it is said once, under all that it concerns.
    const bool same = !nowhere && i + 1 < std::min(r.troubles.size(), k_most_troubles) && r.troubles[i + 1].text == trouble.text &&
                      r.troubles[i + 1].command == trouble.command;
    if (same) continue;
    std::string margin = nowhere ? "  " + to.paint(Style::red, "!") + " " : "      ";
    for (const std::string& line : wrap(trouble.text, std::max(40u, to.width()) - 6)) {
      to.out() << margin << line << '\n';
      margin = nowhere ? "    " : "      ";
    }
    for (const std::string& line : wrap(trouble.help, std::max(40u, to.width()) - 6)) to.out() << (nowhere ? "    " : "      ") << line << '\n';
    to.out() << "      " << to.paint(Style::cyan, display(trouble.command)) << '\n';
  }
}

std::string health_text(const ComponentHealth& c) {
  if (!c.enabled) return c.resources == 0 ? "switched off" : "switched off, still there";
  std::string out;
  if (c.troubled > 0) out = count_text(c.troubled, "problem");
  if (c.under_way > 0) out += (out.empty() ? "" : ", ") + std::to_string(c.under_way) + " under way";
  if (c.pending > 0) out += (out.empty() ? "" : ", ") + std::to_string(c.pending) + " to apply";
  if (!out.empty()) return out;
  return c.resources == 0 ? "not there yet" : "ok";
}

Json run_json(const RunInfo& run) {
  return {{"run", run.id}, {"command", run.command}, {"started", time_text(run.started_ms)},
          {"finished", run.finished_ms == 0 ? Json() : Json(time_text(run.finished_ms))}, {"result", run.result}};
}

}  // namespace

void add_rows(Table& table, const std::vector<StatusRow>& rows, const std::string& component) {
  for (const StatusRow& row : rows)
    if (row.component == component) table.add({"  " + row.label, {row.text, row.troubled ? Style::red : Style::plain}});
}

void render(Terminal& to, const StatusReport& r, const StatusCommands& commands, std::int64_t now) {
  to.out() << to.paint(Style::bold, display(r.stack)) << " in " << r.environment << (r.simulated ? " (simulated)" : "") << ": "
           << to.paint(verdict_style(r), verdict_text(r)) << '\n';
  render_troubles(to, r);
  if (!r.holder.empty()) to.out() << "  held by " << display(r.holder) << '\n';
  to.out() << "  " << count_text(r.resources, "resource") << ", " << (r.looked ? "looked at just now" : "as recorded") << "; "
           << run_text(r, now) << '\n';
  if (r.pending > 0 && r.holder.empty()) to.out() << "  to see the changes: " << commands.plan << '\n';
  if (r.resources == 0 && r.holder.empty()) to.out() << "  to begin: " << commands.apply << '\n';
  Table table;
  for (const ComponentHealth& c : r.components) {
    const bool good = c.enabled && c.troubled + c.pending + c.under_way == 0 && c.resources > 0;
    table.add({c.name, count_text(c.resources, "resource"), {health_text(c), good ? Style::green : c.troubled > 0 ? Style::red : Style::dim}});
    add_rows(table, r.rows, c.name);
  }
  if (table.empty()) return;
  to.out() << '\n';
  table.render(to);
}

Json to_json(const StatusReport& r) {
  Json problems = Json::array(), components = Json::array(), rows = Json::array();
  for (const Trouble& t : r.troubles) problems.push_back({{"address", t.address}, {"text", t.text}, {"help", t.help}, {"command", t.command}});
  for (const ComponentHealth& c : r.components)
    components.push_back({{"component", c.name}, {"enabled", c.enabled}, {"resources", c.resources}, {"problems", c.troubled}, {"pending", c.pending}, {"under_way", c.under_way}});
  for (const StatusRow& row : r.rows) rows.push_back({{"component", row.component}, {"label", row.label}, {"text", row.text}});
  Json out = {{"stack", r.stack}, {"environment", r.environment}, {"simulated", r.simulated}, {"verdict", verdict_of(r)},
              {"looked", r.looked}, {"resources", r.resources}, {"pending", r.pending}, {"under_way", r.under_way}, {"problems", problems},
              {"components", components}, {"rows", rows}};
  if (r.last_run) out["last_run"] = run_json(*r.last_run);
  if (!r.holder.empty()) out["holder"] = r.holder;
  return out;
}

}  // namespace dfx
