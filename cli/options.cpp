#include "cli/options.hpp"

#include <algorithm>
#include <boost/program_options.hpp>

#include "cli/command_table.hpp"
#include "core/model/address.hpp"
#include "core/model/diagnostics.hpp"
#include "core/model/suggest.hpp"

namespace po = boost::program_options;

namespace dfx {
namespace {

using Arguments = std::vector<std::string>;

// Long names in full only; "-e x", "-ex", "--environment x", "--environment=x".
constexpr int k_style = po::command_line_style::allow_long | po::command_line_style::long_allow_adjacent |
                        po::command_line_style::long_allow_next | po::command_line_style::allow_short |
                        po::command_line_style::allow_dash_for_short | po::command_line_style::short_allow_adjacent |
                        po::command_line_style::short_allow_next;

Error usage(const std::string& code, const std::string& summary, const std::string& detail, const std::string& help) {
  return Error("usage." + code, summary, detail, help);
}

// Does this argument take the next one with it?
bool takes_next(const std::string& argument) {
  for (const Flag& flag : global_flags()) {
    if (*flag.argument == '\0') continue;
    if (argument == std::string("--") + flag.name) return true;
    if (flag.letter != '\0' && argument == std::string{'-', flag.letter}) return true;
  }
  return false;
}

// Takes the command's name out of the line; flags may stand before it.
std::string take_command(Arguments& arguments) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string argument = arguments[i];
    if (argument.empty() || argument.front() != '-') {
      arguments.erase(arguments.begin() + static_cast<std::ptrdiff_t>(i));
      return argument;
    }
    if (takes_next(argument)) ++i;
  }
  return {};
}

bool has_any(const Arguments& arguments, std::initializer_list<const char*> words) {
  for (const std::string& argument : arguments) {
    if (argument == "--") return false;
    for (const char* word : words)
      if (argument == word) return true;
  }
  return false;
}

Error unknown_command(const std::string& name) {
  std::string help = "see `dfx --help`";
  const std::string meant = meant_command(name);
  if (!meant.empty()) {
    help = "here it is `dfx " + meant + "`";
  } else if (const auto near = suggest(name, command_names())) {
    help = "did you mean `dfx " + *near + "`?";
  }
  return usage("unknown-command", "there is no such command", "`" + name + "` is none of dfx's commands", help);
}

Error unknown_flag(const CommandInfo& command, const std::string& flag) {
  const std::string bare = flag.substr(std::min(flag.find_first_not_of('-'), flag.size()));
  Arguments known;
  for (const Flag* f : flags_of(command)) known.emplace_back(f->name);
  std::string help = std::string("see `dfx ") + command.name + " --help`";
  if (bare == "auto-approve") help = "here it is `--yes`";
  else if (const auto near = suggest(bare, known)) help = "did you mean `--" + *near + "`?";
  else if (find_flag(bare) != nullptr) help = "other commands have it; " + help;
  return usage("unknown-flag", "there is no such flag",
               "`" + flag + "` is no flag of `dfx " + command.name + "`", help);
}

po::options_description describe(const CommandInfo& command) {
  po::options_description out;
  for (const Flag* flag : flags_of(command)) {
    std::string name = flag->name;
    if (flag->letter != '\0') name += std::string(",") + flag->letter;
    if (*flag->argument == '\0') out.add_options()(name.c_str(), "");
    else out.add_options()(name.c_str(), po::value<Arguments>()->composing(), "");
  }
  out.add_options()("words", po::value<Arguments>()->composing(), "");
  return out;
}

po::variables_map read(const CommandInfo& command, const Arguments& arguments) {
  const po::options_description description = describe(command);
  po::positional_options_description positions;
  positions.add("words", -1);
  po::variables_map out;
  try {
    po::store(po::command_line_parser(arguments).options(description).positional(positions).style(k_style).run(), out);
  } catch (const po::unknown_option& e) {
    throw unknown_flag(command, e.get_option_name());
  } catch (const po::error& e) {
    throw usage("bad-flag", "the command line makes no sense", e.what(),
                std::string("see `dfx ") + command.name + " --help`");
  }
  return out;
}

Arguments all(const po::variables_map& map, const char* name) {
  return map.count(name) != 0 ? map[name].as<Arguments>() : Arguments{};
}

// A flag that may stand once.
std::optional<std::string> one(const po::variables_map& map, const char* name) {
  const Arguments values = all(map, name);
  if (values.empty()) return std::nullopt;
  if (values.size() > 1)
    throw usage("repeated-flag", "the flag may stand only once", std::string("`--") + name + "` stands " +
                std::to_string(values.size()) + " times", "leave one of them");
  if (values.front().empty())
    throw usage("bad-flag", "the flag needs a value", std::string("the value of `--") + name + "` is empty",
                "write a value or leave the flag away");
  return values.front();
}

unsigned parallelism_from(const std::string& text) {
  const bool digits = !text.empty() && text.size() <= 4 && text.find_first_not_of("0123456789") == std::string::npos;
  const unsigned value = digits ? static_cast<unsigned>(std::stoul(text)) : 0;
  if (value < 1 || value > 1024)
    throw usage("bad-flag", "the flag needs a number", "`--parallelism` is a number from 1 to 1024, not `" + text + "`",
                "write something like `--parallelism 16`");
  return value;
}

bool is_stack_file(const std::string& word) {
  const auto ends = [&](std::string_view tail) {
    return word.size() > tail.size() && word.compare(word.size() - tail.size(), tail.size(), tail) == 0;
  };
  if (!ends(".yaml") && !ends(".yml")) return false;
  const auto address = parse_address(word);
  return !address || address->kind.find('.') == std::string::npos;
}

void take_words(const CommandInfo& command, Arguments words, Options& out) {
  const auto stack = command.words == Words::stack ? words.begin()
                                                   : std::find_if(words.begin(), words.end(), is_stack_file);
  if (stack != words.end()) {
    if (out.stack_named)
      throw usage("two-stacks", "the stack is named twice", "both `--file` and `" + *stack + "` name a stack file",
                  "leave one of them");
    out.workspace.stack_file = *stack;
    out.stack_named = true;
    words.erase(stack);
  }
  out.words = std::move(words);
}

void check_words(const CommandInfo& command, const Options& options) {
  const std::string how = std::string("dfx ") + command.name + " " + command.arguments;
  const int count = static_cast<int>(options.words.size());
  if (count > command.most)
    throw usage("extra-word", "the command takes fewer words", "`" + options.words.back() + "` is one too many",
                "write `" + how + "`");
  if (count < command.least)
    throw usage("missing-word", "the command needs another word", "`dfx " + std::string(command.name) +
                "` does not say what to do", "write `" + how + "`");
  if (command.verbs.empty() || count == 0) return;
  const std::string& verb = options.words.front();
  if (std::find(command.verbs.begin(), command.verbs.end(), verb) != command.verbs.end()) return;
  const auto near = suggest(verb, command.verbs);
  throw usage("unknown-word", "there is no such command", "`dfx " + std::string(command.name) + "` knows no `" + verb + "`",
              near ? "did you mean `dfx " + std::string(command.name) + " " + *near + "`?" : "write `" + how + "`");
}

void take_flags(const po::variables_map& map, Options& out) {
  const auto set = [&](const char* name) { return map.count(name) != 0; };
  out.json = set("json");
  out.no_color = set("no-color");
  out.yes = set("yes");
  out.detailed_exitcode = set("detailed-exitcode");
  out.fail_fast = set("fail-fast");
  out.dot = set("dot");
  out.clear = set("clear");
  out.explain = one(map, "explain");
  out.confirm = one(map, "confirm");
  out.events = one(map, "events");
  for (std::string& address : all(map, "replace")) out.replace.insert(std::move(address));
  if (const auto n = one(map, "parallelism")) out.parallelism = parallelism_from(*n);
  out.workspace.environment = one(map, "environment");
  if (const auto trace = one(map, "trace")) out.workspace.trace = *trace;
  for (const std::string& folder : all(map, "plugin-path")) out.workspace.plugin_path.emplace_back(folder);
  if (const auto file = one(map, "file")) {
    out.workspace.stack_file = *file;
    out.stack_named = true;
  }
}

void check_addresses(const Options& options) {
  const auto check = [](const std::string& text) {
    if (!parse_address(text))
      throw usage("bad-address", "this is no address", "`" + text + "` is not component/kind/name",
                  "copy one from `dfx plan` or `dfx state list`");
  };
  for (const std::string& address : options.replace) check(address);
  if (options.explain) check(*options.explain);
}

}  // namespace

bool asks_for_json(const Arguments& arguments) { return has_any(arguments, {"--json"}); }
bool asks_for_no_color(const Arguments& arguments) { return has_any(arguments, {"--no-color"}); }

Options parse_options(const Arguments& given) {
  Arguments arguments = given;
  Options out;
  if (has_any(arguments, {"--version"})) {
    out.command = "version";
    out.json = asks_for_json(arguments);
    return out;
  }
  const bool help = has_any(arguments, {"--help", "-h"});
  out.command = take_command(arguments);
  if (out.command == "help" || help || out.command.empty()) {
    const std::string topic = out.command == "help" ? take_command(arguments) : out.command;
    if (!topic.empty() && find_command(topic) == nullptr) throw unknown_command(topic);
    out.command = "help";
    out.json = asks_for_json(arguments);
    if (!topic.empty()) out.words = {topic};
    return out;
  }
  const CommandInfo* command = find_command(out.command);
  if (command == nullptr) throw unknown_command(out.command);
  const po::variables_map map = read(*command, arguments);
  take_flags(map, out);
  take_words(*command, all(map, "words"), out);
  check_words(*command, out);
  check_addresses(out);
  return out;
}

}  // namespace dfx
