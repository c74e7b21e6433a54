// The commands, and their help pages.
#include <algorithm>
#include <string>

#include "cli/command_table.hpp"

namespace dfx {
namespace {

const std::vector<std::string> k_apply_flags = {"yes",         "confirm",   "replace", "events",
                                                "parallelism", "fail-fast"};
const std::vector<std::string> k_destroy_flags = {"yes", "confirm", "events", "parallelism", "fail-fast"};

constexpr const char* k_plan_more =
    "Examples:\n"
    "  dfx plan\n"
    "  dfx plan home.stack.yaml -e staging --json\n"
    "  dfx plan --explain lxd/lxd.instance/cp-a\n\n"
    "Reads the world and changes nothing. Each line says what would happen and why:\n"
    "+ create, ~ update, -/+ replace, - delete, = adopt, . forget, * only waited for, ! blocked.\n"
    "(predicted): some of its values are known only once what it needs is made. (deferred): what could answer is not\n"
    "made yet; it is looked at just before its turn, and nothing is done that goes beyond what stands here.\n"
    "Exit codes: 0; with --detailed-exitcode 2 for changes, 5 for drift only, 1 if a part could not be looked at.\n";

constexpr const char* k_apply_more =
    "Examples:\n"
    "  dfx apply\n"
    "  dfx apply -e sandbox --yes\n"
    "  dfx apply --yes --events events.jsonl --json\n\n"
    "Plans, shows the plan, asks, then does it. Without a terminal nothing is asked: pass --yes. Deletes that lose\n"
    "data need --confirm=STACK as well. Ctrl-C once: what runs is finished, nothing new begins. Twice: what runs is\n"
    "cancelled. Whatever happens, running it again goes on from there.\n"
    "Exit codes: 0; 3 partly applied; 4 in doubt; 6 outside the plan; 7 locked; 130 interrupted.\n";

constexpr const char* k_destroy_more =
    "Examples:\n"
    "  dfx destroy -e sandbox --yes\n"
    "  dfx destroy --confirm=home\n\n"
    "Deletes everything that dfx made in this environment, in order. Needs --yes, or the stack's name typed; what\n"
    "loses data needs the name or --confirm=STACK in any case.\n";

constexpr const char* k_status_more =
    "Examples:\n"
    "  dfx status\n"
    "  dfx status -e home --json\n\n"
    "The verdict first, then what is wrong, each with the command that helps. Looks at the world for ten seconds at\n"
    "most, else says what is recorded. Works beside a running apply and changes nothing.\n";

constexpr const char* k_graph_more =
    "Examples:\n"
    "  dfx graph\n"
    "  dfx graph --dot | dot -Tsvg > stack.svg\n\n"
    "What depends on what. A resource stands under what it needs.\n";

constexpr const char* k_validate_more =
    "Examples:\n"
    "  dfx validate\n"
    "  dfx validate home.stack.yaml -e staging\n\n"
    "Checks the stack file and every setting against its plugin. Opens no connection and reads no secret.\n"
    "Exit codes: 0 valid, 8 not valid.\n";

constexpr const char* k_explain_more =
    "Examples:\n"
    "  dfx explain                      what there is to explain\n"
    "  dfx explain stack                the stack file\n"
    "  dfx explain envelope             what every component understands\n"
    "  dfx explain lxd                  the settings of a plugin\n"
    "  dfx explain lxd.machines.cpu     one setting\n"
    "  dfx explain lxd.instance         a kind of resource\n"
    "  dfx explain exit-codes\n";

constexpr const char* k_output_more =
    "Examples:\n"
    "  dfx output\n"
    "  dfx output lxd.machines.cp-a.address\n\n"
    "What components declare as outputs, as far as it is known. A single value is printed bare. Secrets are never\n"
    "printed.\n";

constexpr const char* k_init_more =
    "Examples:\n"
    "  dfx init\n"
    "  dfx init home.stack.yaml\n\n"
    "Writes a commented stack file if there is none, checks it, and notes the plugins' versions. An existing file is\n"
    "never touched.\n";

constexpr const char* k_doctor_more =
    "Examples:\n"
    "  dfx doctor\n"
    "  dfx doctor -e home\n\n"
    "Looks at everything that dfx needs and says how to mend what is wrong. Changes nothing.\n"
    "Exit codes: 0; 1 if something failed.\n";

constexpr const char* k_state_more =
    "Examples:\n"
    "  dfx state list\n"
    "  dfx state show lxd/lxd.instance/cp-a\n"
    "  dfx state rm lxd/lxd.instance/cp-a    forget it; the object itself stays\n";

constexpr const char* k_plugin_more =
    "Examples:\n"
    "  dfx plugin list\n"
    "  dfx plugin show lxd\n"
    "  dfx plugin lock                  the plugins of this stack, as they are now\n\n"
    "Reads the plugins' manifests; none of their code runs. dfx.lock beside the stack file holds the digest of each\n"
    "plugin that was used: another build is refused until `dfx plugin lock` has noted it.\n";

constexpr const char* k_sandbox_more =
    "Examples:\n"
    "  dfx sandbox status\n"
    "  dfx sandbox faults faults.json\n"
    "  dfx sandbox faults --clear\n"
    "  dfx sandbox reset --yes\n\n"
    "The simulated world of `-e sandbox`: look at it, bend it, empty it. It lives in .dfx/sandbox beside the stack.\n\n"
    "Rules are JSON: {\"latency\": {\"create\": 0.15, ...}, \"rules\": [{MATCH, EFFECT}, ...]}, times in seconds.\n"
    "MATCH, all optional: origin, method, path (with *), machine; skip N and times N count matches.\n"
    "EFFECT, one of:\n"
    "  \"host\": \"down\"                                  nothing listens any more\n"
    "  \"disk\": \"full\"                                  whatever needs space fails\n"
    "  \"error\": {\"status\": 503, \"message\": \"...\"}    answered instead of doing anything\n"
    "  \"operation\": {\"error\": \"...\"}                 accepted, and fails; or {\"seconds\": 30}\n"
    "  \"drop\": \"accept\" | \"before\" | \"after\"         the connection is cut\n"
    "  \"delay\": 2                                      before the request is looked at\n"
    "  \"guest\": {\"address\": S, \"cloud_init\": S, \"ssh\": \"never\"}   S: seconds, \"never\" or \"error\"\n";

constexpr const char* k_run_more =
    "Examples:\n"
    "  dfx run list\n"
    "  dfx run show                     the last one\n"
    "  dfx run show 12\n\n"
    "What dfx did in this environment, newest first, and each operation of one run with its result.\n";

}  // namespace

const std::vector<CommandInfo>& command_table() {
  static const std::vector<CommandInfo> k_table = {
      {"plan", "[STACK]", "show what would change and why", Words::stack, 0, 0, {},
       {"detailed-exitcode", "explain", "replace"}, k_plan_more},
      {"apply", "[STACK]", "make it so", Words::stack, 0, 0, {}, k_apply_flags, k_apply_more},
      {"destroy", "[STACK]", "take the whole environment down", Words::stack, 0, 0, {}, k_destroy_flags, k_destroy_more},
      {"status", "[STACK]", "how things are, what is wrong and what helps", Words::stack, 0, 0, {}, {}, k_status_more},
      {"output", "[COMPONENT[.PATH]]", "values that components give", Words::own, 0, 1, {}, {}, k_output_more},
      {"graph", "[STACK]", "what depends on what", Words::stack, 0, 0, {}, {"dot"}, k_graph_more},
      {"validate", "[STACK]", "check the stack file and all settings", Words::stack, 0, 0, {}, {}, k_validate_more},
      {"explain", "[TOPIC]", "describe settings, kinds and exit codes", Words::own, 0, 1, {}, {}, k_explain_more},
      {"init", "[STACK]", "write a first stack file", Words::stack, 0, 0, {}, {}, k_init_more},
      {"doctor", "[STACK]", "look for what is wrong around dfx", Words::stack, 0, 0, {}, {}, k_doctor_more},
      {"state", "list|show ADDRESS|rm ADDRESS", "look into the recorded state", Words::own, 1, 2, {"list", "show", "rm"},
       {"yes"}, k_state_more},
      {"run", "list|show [RUN]", "what was done before", Words::own, 1, 2, {"list", "show"}, {}, k_run_more},
      {"plugin", "list|show NAME|lock [NAME]", "what is installed", Words::own, 1, 2, {"list", "show", "lock"}, {},
       k_plugin_more},
      {"sandbox", "status|reset|faults [FILE]", "the simulated world", Words::own, 1, 2, {"status", "reset", "faults"},
       {"yes", "clear"}, k_sandbox_more},
      {"version", "", "print the version", Words::own, 0, 0, {}, {}, ""},
  };
  return k_table;
}

namespace {

void append_row(std::string& out, std::string left, const std::string& right, std::size_t width) {
  left.resize(std::max(left.size() + 1, width), ' ');
  out += "  " + left + right + "\n";
}

std::string flag_text(const Flag& flag) {
  std::string out = flag.letter != '\0' ? std::string{'-', flag.letter} + ", " : "    ";
  out += std::string("--") + flag.name;
  if (*flag.argument != '\0') out += std::string(" ") + flag.argument;
  return out;
}

}  // namespace

std::string help_overview() {
  std::string out =
      "dfx takes bare hosts to a running stack and keeps it that way.\n\n"
      "  dfx plan stack.yaml              show what would change\n"
      "  dfx apply stack.yaml -e sandbox  try it against a simulated world\n\n"
      "Commands:\n";
  for (const CommandInfo& command : command_table()) append_row(out, command.name, command.summary, 11);
  out += "\nFor every command:\n";
  for (const Flag& flag : global_flags()) append_row(out, flag_text(flag), flag.text, 28);
  out += "\n`dfx COMMAND --help` says more. `dfx explain exit-codes` lists the exit codes.\n";
  return out;
}

std::string help_of(const CommandInfo& command) {
  std::string out = std::string("dfx ") + command.name + ": " + command.summary + "\n\nUsage: dfx " + command.name;
  if (*command.arguments != '\0') out += std::string(" ") + command.arguments;
  out += " [flags]\n\n";
  if (*command.more != '\0') out += std::string(command.more) + "\n";
  if (command.words == Words::own && command.most > 0)
    out += "A word that ends in .yaml or .yml, or --file, names the stack file.\n\n";
  out += "Flags:\n";
  for (const Flag* flag : flags_of(command)) append_row(out, flag_text(*flag), flag->text, 28);
  return out;
}

}  // namespace dfx
