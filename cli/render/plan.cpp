#include "cli/render/plan.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "cli/render/symbols.hpp"
#include "cli/render/value.hpp"
#include "core/model/encode.hpp"
#include "core/plan/plan_json.hpp"

namespace dfx {
namespace {

constexpr std::size_t k_word_width = 8;

bool is_shown(const Operation& o) { return o.action != Action::none || o.waits_only || !o.blocked.empty(); }

bool shows_changes(const Operation& o) { return o.action == Action::update || o.action == Action::replace; }

// What stands behind each changed value already, or goes without saying.
bool says_more(const Operation& o, const Reason& reason) {
  if (reason.code == "new" || reason.code == "destroy") return false;
  if (reason.code == "immutable") return false;
  const bool per_value = reason.code == "drift" || reason.code == "config" || reason.code == "unknown";
  return !(per_value && shows_changes(o));
}

std::string change_note(const LeafChange& change) {
  std::string out;
  const auto add = [&](const char* text) { out += (out.empty() ? "" : "; ") + std::string(text); };
  if (change.cause == LeafChange::Cause::drift) add("changed outside dfx");
  if (change.cause == LeafChange::Cause::unknown) add("may change");
  if (change.immutable) add("cannot be changed in place");
  return out;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    out.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

bool is_long_text(const Json& value) {
  return value.is_string() && value.get_ref<const std::string&>().find('\n') != std::string::npos;
}

void render_side(Terminal& to, const std::vector<std::string>& lines, std::size_t from, std::size_t until, char sign) {
  constexpr std::size_t k_most = 8;
  const Style style = sign == '+' ? Style::green : Style::red;
  for (std::size_t i = from; i < until; ++i) {
    if (i - from == k_most) {
      to.out() << "          " << sign << " ... " << until - i << " more lines\n";
      return;
    }
    to.out() << "          " << to.paint(style, sign + (" " + display(lines[i]))) << '\n';
  }
}

// Texts of several lines: only the lines between the first and the last difference.
void render_text_change(Terminal& to, const std::string& before, const std::string& after) {
  const auto old_lines = lines_of(before), new_lines = lines_of(after);
  const std::size_t shorter = std::min(old_lines.size(), new_lines.size());
  std::size_t same = 0, tail = 0;
  while (same < shorter && old_lines[same] == new_lines[same]) ++same;
  while (tail < shorter - same && old_lines[old_lines.size() - 1 - tail] == new_lines[new_lines.size() - 1 - tail]) ++tail;
  render_side(to, old_lines, same, old_lines.size() - tail, '-');
  render_side(to, new_lines, same, new_lines.size() - tail, '+');
}

void render_change(Terminal& to, const LeafChange& change) {
  const std::string note = change_note(change);
  const std::string tail = note.empty() ? "" : "  " + to.paint(Style::dim, "(" + note + ")");
  const std::string path = change.path.empty() ? "/" : display(change.path);
  if (is_long_text(change.before) && is_long_text(change.after)) {
    to.out() << "        " << path << tail << '\n';
    render_text_change(to, change.before.get_ref<const std::string&>(), change.after.get_ref<const std::string&>());
    return;
  }
  const std::size_t room = std::max<std::size_t>(24, (to.width() - std::min<std::size_t>(to.width(), 16)) / 2);
  to.out() << "        " << path << ": " << shorten(value_text(change.before), room) << ' ' << to.arrow() << ' '
           << shorten(value_text(change.after), room) << tail << '\n';
}

std::string joined_reasons(const Operation& o) {
  std::string out;
  for (const Reason& reason : o.reasons)
    if (says_more(o, reason)) out += (out.empty() ? "" : "; ") + display(reason.text);
  return out;
}

// What is made, in a line: its plain values, as many as fit. The whole of it: `plan --explain ADDRESS`.
std::string facts(const Plan& plan, const Operation& o) {
  const Entry& entry = plan.entries[o.entry];
  const Json desired = desired_json(*entry.kind, *plan.resource(entry));
  std::string out;
  for (const auto& [key, value] : desired.items()) {
    if (key == "name" || value.is_structured() || value.is_null() || is_long_text(value) || value == "") continue;
    out += (out.empty() ? "" : ", ") + display(key) + ' ' + (value.is_string() ? display(value.get_ref<const std::string&>()) : value.dump());
  }
  return out;
}

void render_operation(Terminal& to, const Plan& plan, const Operation& o) {
  const Symbol symbol = symbol_of(o);
  std::string line = to.paint(symbol.style, pad(symbol.sign, 3) + " " + pad(symbol.word, k_word_width));
  line += display(plan.address(plan.entries[o.entry]));
  if (o.restarts) line += "  (restarts it)";
  if (o.resumes) line += "  (goes on)";
  if (o.confidence != Confidence::exact) line += std::string("  (") + to_string(o.confidence) + ")";
  to.out() << "  " << line << '\n';
  if (!o.blocked.empty()) to.out() << "        " << to.paint(Style::red, "blocked:") << ' ' << display(o.blocked) << '\n';
  const std::string reasons = joined_reasons(o);
  if (!reasons.empty()) to.out() << "        " << to.paint(Style::dim, reasons) << '\n';
  if (o.action == Action::create && o.blocked.empty()) {
    const std::string made = shorten(facts(plan, o), std::max(24U, to.width()) - 8);
    if (!made.empty()) to.out() << "        " << to.paint(Style::dim, made) << '\n';
  }
  if (!shows_changes(o)) return;
  for (const LeafChange& change : o.changes) render_change(to, change);
}

std::size_t blocked_count(const Plan& plan) {
  return static_cast<std::size_t>(std::count_if(plan.operations.begin(), plan.operations.end(),
                                                [](const Operation& o) { return !o.blocked.empty(); }));
}

std::size_t waiting_count(const Plan& plan) {
  return static_cast<std::size_t>(std::count_if(plan.operations.begin(), plan.operations.end(),
                                                [](const Operation& o) { return o.waits_only; }));
}

const Operation* find_operation(const Plan& plan, const std::string& address) {
  const auto found = plan.index.find(address);
  if (found == plan.index.end() || plan.entries[found->second].operation < 0) return nullptr;
  return &plan.operations[static_cast<std::size_t>(plan.entries[found->second].operation)];
}

void render_json(Terminal& to, const std::string& title, const std::string& json) {
  to.out() << "  " << title << ":\n";
  const std::string text = without_nodes(parse_json(json)).dump(2, ' ', false, Json::error_handler_t::replace);
  for (const std::string& line : lines_of(text)) to.out() << "    " << display(line) << '\n';
}

void render_order(Terminal& to, const Plan& plan, const Operation& o) {
  for (NodeId step = 0; step < plan.steps.size(); ++step) {
    if (&plan.operations[plan.steps[step].operation] != &o) continue;
    for (NodeId before : plan.order.before(step)) {
      const Operation& first = plan.operations[plan.steps[before].operation];
      if (&first != &o) to.out() << "  after " << display(plan.address(plan.entries[first.entry])) << '\n';
    }
  }
}

}  // namespace

std::string summary_text(const Plan& plan) {
  std::string out;
  const auto add = [&](std::size_t count, const std::string& text) {
    if (count > 0) out += (out.empty() ? "" : ", ") + std::to_string(count) + " " + text;
  };
  for (Action a : {Action::create, Action::update, Action::replace, Action::remove, Action::forget, Action::adopt})
    add(plan.count(a), std::string("to ") + to_string(a));
  add(waiting_count(plan), "to wait for");
  add(blocked_count(plan), "blocked");
  return out.empty() ? "nothing to do" : out;
}

std::size_t unchanged_count(const Plan& plan) {
  return static_cast<std::size_t>(std::count_if(plan.entries.begin(), plan.entries.end(), [&](const Entry& entry) {
    if (entry.kind->mode != Mode::managed) return false;
    return entry.operation < 0 || !is_shown(plan.operations[static_cast<std::size_t>(entry.operation)]);
  }));
}

void render(Terminal& to, const Plan& plan) {
  std::size_t shown = 0;
  for (const Operation& o : plan.operations) {
    if (!is_shown(o)) continue;
    render_operation(to, plan, o);
    ++shown;
  }
  if (shown > 0) to.out() << '\n';
  const std::size_t unchanged = unchanged_count(plan);
  to.out() << to.paint(Style::bold, "Plan:") << ' ' << summary_text(plan);
  if (unchanged > 0) to.out() << "; " << unchanged << " unchanged";
  to.out() << ".\n";
}

bool render_explanation(Terminal& to, const Plan& plan, const std::string& address) {
  const auto found = plan.index.find(address);
  if (found == plan.index.end()) return false;
  const Entry& entry = plan.entries[found->second];
  const Operation* o = find_operation(plan, address);
  to.out() << to.paint(Style::bold, display(address)) << "  (" << display(entry.kind->name) << ")\n";
  if (o == nullptr || !is_shown(*o)) {
    to.out() << "  nothing to do\n";
  } else {
    const Symbol symbol = symbol_of(*o);
    to.out() << "  " << to.paint(symbol.style, std::string(symbol.sign) + " " + symbol.word) << ", "
             << to_string(o->confidence) << '\n';
    if (!o->blocked.empty()) to.out() << "  blocked: " << display(o->blocked) << '\n';
    for (const Reason& reason : o->reasons)
      to.out() << "  because " << display(reason.text) << ' ' << to.paint(Style::dim, "[" + display(reason.code) + "]") << '\n';
    for (const LeafChange& change : o->changes) render_change(to, change);
    render_order(to, plan, *o);
  }
  if (const Resource* resource = plan.resource(entry)) {
    for (const Edge& edge : resource->edges) to.out() << "  " << to_string(edge.kind) << ' ' << display(edge.to) << '\n';
    render_json(to, "wanted", resource->desired);
  }
  if (const Record* record = plan.record(entry)) render_json(to, "recorded", record->applied_text());
  return true;
}

std::vector<std::string> severe_losses(const Plan& plan) {
  std::vector<std::string> out;
  for (const Operation& o : plan.operations) {
    const Entry& entry = plan.entries[o.entry];
    if (entry.kind->severe && (o.action == Action::remove || o.action == Action::replace))
      out.push_back(plan.address(entry));
  }
  return out;
}

}  // namespace dfx
