// What is recorded: rows by address. Looking takes no lock; forgetting does.
#include <algorithm>

#include "cli/commands/answer.hpp"
#include "cli/prompt.hpp"
#include "cli/render/table.hpp"
#include "cli/render/value.hpp"

namespace dfx::commands {
namespace {

// Rows in the order of their addresses; none if nothing was ever applied.
std::vector<Record> rows_of(Store* store) {
  std::vector<Record> rows;
  if (store != nullptr) rows = store->load();
  std::sort(rows.begin(), rows.end(), [](const Record& a, const Record& b) { return a.address < b.address; });
  return rows;
}

[[noreturn]] void throw_no_row(Store* store, const std::string& address) {
  std::vector<std::string> known;
  for (const Record& row : rows_of(store)) known.push_back(row.address);
  throw_unknown_address(address, known);
}

Record find(Store* store, const std::string& address) {
  if (store != nullptr)
    if (auto row = store->find(address)) return *row;
  throw_no_row(store, address);
}

const char* words_of(RecordStatus status) {
  switch (status) {
    case RecordStatus::ok: return "ok";
    case RecordStatus::creating: return "in doubt: was being created";
    case RecordStatus::updating: return "in doubt: was being updated";
    case RecordStatus::deleting: return "in doubt: was being deleted";
    case RecordStatus::waiting: return "not seen healthy yet";
  }
  return "ok";
}

Json parsed(const std::string& text) { return text.empty() ? Json() : without_nodes(parse_json(text)); }

ExitCode list(Context& context) {
  const auto rows = rows_of(context.workspace.recorded());
  if (context.options.json) {
    Json out = Json::array();
    for (const Record& row : rows) out.push_back({{"address", row.address}, {"kind", row.kind}, {"status", to_string(row.status)}});
    print_json(context.result, ExitCode::ok, {{"rows", out}});
    return ExitCode::ok;
  }
  Table table;
  for (const Record& row : rows) {
    if (row.status == RecordStatus::ok) table.add({row.address});
    else table.add({row.address, {words_of(row.status), Style::yellow}});
  }
  table.render(context.result, 0);
  return ExitCode::ok;
}

void show_value(Terminal& to, const char* title, const std::string& json) {
  const Json value = parsed(json);
  if (value.is_null() || value.empty()) return;
  to.out() << "  " << title << ":\n";
  const std::string text = value.dump(2, ' ', false, Json::error_handler_t::replace);
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    to.out() << "    " << display(text.substr(begin, end - begin)) << '\n';
    begin = end + 1;
  }
}

ExitCode show(Context& context) {
  const Record row = find(context.workspace.recorded(), context.options.word(1));
  if (context.options.json) {
    Json edges = Json::array();
    for (const Edge& edge : row.edges) edges.push_back({{"to", edge.to}, {"kind", to_string(edge.kind)}});
    print_json(context.result, ExitCode::ok,
               {{"address", row.address}, {"kind", row.kind}, {"plugin", row.plugin}, {"plugin_version", row.plugin_version},
                {"schema_version", row.schema_version}, {"generation", row.generation}, {"status", to_string(row.status)},
                {"operation", row.operation}, {"identity", parsed(row.identity)}, {"applied", parsed(row.applied_text())},
                {"outputs", parsed(row.outputs)}, {"connection", parsed(row.connection)}, {"edges", edges}});
    return ExitCode::ok;
  }
  Terminal& to = context.result;
  to.out() << to.paint(Style::bold, display(row.address)) << '\n';
  Table table;
  table.add({{"kind", Style::dim}, row.kind + ", plugin " + row.plugin + " " + row.plugin_version});
  table.add({{"status", Style::dim}, words_of(row.status)});
  for (const Edge& edge : row.edges) table.add({{to_string(edge.kind), Style::dim}, edge.to});
  table.render(to);
  show_value(to, "identity", row.identity);
  show_value(to, "applied", row.applied_text());
  show_value(to, "outputs", row.outputs);
  return ExitCode::ok;
}

// The row goes; the object, if it is there, stays and is nobody's any more.
ExitCode rm(Context& context) {
  require_answer(context, "forgetting a resource");
  const std::string address = context.options.word(1);
  const auto lock = context.workspace.lock("dfx state rm");
  if (context.workspace.recorded() == nullptr) throw_no_row(nullptr, address);
  Store& store = context.workspace.store();
  const Record row = find(&store, address);
  if (!context.options.yes && !ask_yes(context, "Forget " + display(row.address) + "? The object itself stays, and dfx looks after it no more."))
    return ExitCode::error;
  Change change;
  change.kind = Change::Kind::removal;
  change.record.address = row.address;
  const std::int64_t run = store.begin_run("state rm " + row.address);
  store.commit({&change, 1});
  store.finish_run(run, "ok");
  if (context.options.json) print_json(context.result, ExitCode::ok, {{"forgotten", row.address}});
  else context.result.out() << "Forgot " << display(row.address) << ".\n";
  return ExitCode::ok;
}

}  // namespace

ExitCode state(Context& context) {
  const std::string verb = context.options.word(0);
  if (verb == "list") return list(context);
  if (context.options.word(1).empty())
    throw Error("usage.missing-word", "the command needs another word", "`dfx state " + verb + "` needs an address",
                "copy one from `dfx state list`");
  return verb == "show" ? show(context) : rm(context);
}

}  // namespace dfx::commands
