// Documentation out of what dfx knows anyway: schemas, manifests and the table of exit codes.
#include <filesystem>

#include "cli/commands/answer.hpp"
#include "cli/render/schema.hpp"
#include "cli/render/table.hpp"
#include "core/model/suggest.hpp"
#include "core/plugin/catalog.hpp"

namespace dfx::commands {
namespace {

constexpr std::size_t k_deep = 8;

std::vector<std::string> split(const std::string& path) {
  std::vector<std::string> out;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('.', begin), path.size());
    out.push_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return out;
}

struct Topic {
  std::string title;
  std::string words;
  Json schema;
  Json outputs;  // of a kind
};

class Explainer {
 public:
  explicit Explainer(Context& context) : x_context(context), x_catalog(context.workspace.catalog()) {}

  void overview() {
    Terminal& to = x_context.result;
    Table table;
    table.add({"stack", "the stack file, key by key"});
    table.add({"envelope", "what every component understands"});
    table.add({"exit-codes", "how commands end"});
    for (const InstalledPlugin& plugin : x_catalog.plugins()) {
      table.add({plugin.manifest.name, plugin.manifest.summary});
      for (const Kind& kind : plugin.manifest.kinds) {
        const std::string summary = summary_of(kind);
        table.add({"  " + kind.name, summary.empty() ? kind_words(kind) : summary});
      }
    }
    to.out() << "dfx explain TOPIC, where a topic is one of these or a path below one, such as lxd.machines.cpu:\n\n";
    table.render(to);
  }

  static Json exit_codes() {
    Json out = Json::array();
    for (ExitCode code : k_exit_codes)
      out.push_back({{"code", static_cast<int>(code)}, {"name", to_string(code)}, {"meaning", dfx::explain(code)}});
    return out;
  }

  Topic find(const std::string& name) {
    if (const Kind* kind = x_catalog.find_kind(name)) return kind_topic(*kind);
    std::vector<std::string> path = split(name), known = words();
    const std::string first = path.front();
    path.erase(path.begin());
    Topic topic = root_topic(first, known);
    if (path.empty()) return topic;
    auto part = schema_at(topic.schema, path, known);
    if (!part) {
      if (const auto kind = suggest(name, words())) known = {*kind};
      throw_no_topic(name, known.size() == 1 ? name : path.back(), known);
    }
    return {name + ": " + type_text(*part), part->value("description", ""), std::move(*part), {}};
  }

  void show(const Topic& topic) {
    Terminal& to = x_context.result;
    to.out() << to.paint(Style::bold, display(topic.title)) << '\n';
    for (const std::string& line : wrap(topic.words, std::min(100u, std::max(40u, to.width() - 2)))) to.out() << line << '\n';
    if (topic.schema.contains("examples"))
      for (const Json& example : topic.schema["examples"])
        to.out() << "Example: " << display(example.is_string() ? example.get<std::string>() : example.dump()) << '\n';
    to.out() << '\n';
    render_schema(to, topic.schema, k_deep);
    if (!topic.outputs.is_object() || topic.outputs.empty()) return;
    to.out() << "\nOutputs\n";
    render_schema(to, topic.outputs, k_deep);
  }

 private:
  static std::string kind_words(const Kind& kind) {
    std::string out = kind.mode == Mode::managed ? "a kind of resource" : kind.mode == Mode::lookup ? "a lookup: read, never changed" : "a check";
    if (kind.severe) out += "; its delete loses data";
    return out;
  }

  Topic kind_topic(const Kind& kind) const {
    return {kind.name, "Plugin " + kind.plugin + ": " + kind_words(kind) + ".\n" + summary_of(kind), kind.schema, kind.outputs};
  }

  // A line of its own in the manifest, or what its schema says.
  std::string summary_of(const Kind& kind) const {
    const Json& manifest = x_catalog.find(kind.plugin)->manifest_json;
    for (const Json& one : manifest.value("kinds", Json::array()))
      if (one.value("kind", "") == kind.name && one.contains("summary")) return one["summary"].get<std::string>();
    return kind.schema.value("description", "");
  }

  Topic root_topic(const std::string& name, std::vector<std::string>& known) {
    if (name == "stack") return {"The stack file", "", stack_schema(), {}};
    if (name == "envelope") return {"Every component", "These keys mean the same in every component; all others are its plugin's.", envelope_schema(), {}};
    const InstalledPlugin* plugin = x_catalog.find(plugin_of(name));
    if (plugin == nullptr) throw_no_topic(name, name, known);
    const Manifest& m = plugin->manifest;
    std::string words = m.summary;
    for (const Need& need : m.needs) words += "\nNeeds " + need.capability + (need.optional ? " if there is one." : ".");
    for (const std::string& capability : m.provides) words += "\nProvides " + capability + ".";
    return {m.name + " " + m.version + ": settings of a component", words, m.settings, {}};
  }

  // A component of the stack here stands for its plugin.
  std::string plugin_of(const std::string& name) {
    if (x_catalog.find(name) != nullptr || !std::filesystem::exists(x_context.options.workspace.stack_file)) return name;
    try {
      const Component* component = x_context.workspace.stack().find_component(name);
      return component == nullptr ? name : component->plugin;
    } catch (const Error&) {
      return name;  // a stack file with mistakes explains nothing; `dfx validate` says them
    }
  }

  std::vector<std::string> words() const {
    std::vector<std::string> out{"stack", "envelope", "exit-codes"};
    for (const InstalledPlugin& plugin : x_catalog.plugins()) {
      out.push_back(plugin.manifest.name);
      for (const Kind& kind : plugin.manifest.kinds) out.push_back(kind.name);
    }
    return out;
  }

  [[noreturn]] static void throw_no_topic(const std::string& topic, const std::string& word, const std::vector<std::string>& known) {
    const auto near = suggest(word, known);
    std::string list;
    for (const std::string& name : known) list += (list.empty() ? "" : ", ") + name;
    throw Error("usage.unknown-topic", "there is nothing of that name to explain", "`" + topic + "`: nothing is known of `" + word + "`",
                near ? "did you mean `" + *near + "`?" : "there are: " + list);
  }

  Context& x_context;
  Catalog& x_catalog;
};

void show_exit_codes(Context& context, const Json& codes) {
  Table table;
  for (const Json& code : codes)
    table.add({std::to_string(code["code"].get<int>()), code["name"].get<std::string>(), code["meaning"].get<std::string>()});
  table.render(context.result, 0);
}

}  // namespace

ExitCode explain(Context& context) {
  const std::string name = context.options.word(0);
  const bool json = context.options.json;
  if (name == "exit-codes") {
    if (json) print_json(context.result, ExitCode::ok, {{"topic", name}, {"exit_codes", Explainer::exit_codes()}});
    else show_exit_codes(context, Explainer::exit_codes());
    return ExitCode::ok;
  }
  Explainer explainer(context);
  if (name.empty() && !json) {
    explainer.overview();
    return ExitCode::ok;
  }
  const Topic topic = explainer.find(name.empty() ? "stack" : name);
  if (json) print_json(context.result, ExitCode::ok, {{"topic", name}, {"title", topic.title}, {"schema", topic.schema}, {"outputs", topic.outputs}});
  else explainer.show(topic);
  return ExitCode::ok;
}

}  // namespace dfx::commands
