#include "cli/prompt.hpp"

namespace dfx {
namespace {

std::string ask(Context& context, const std::string& question) {
  context.talk.out() << question << ' ' << std::flush;
  std::string answer;
  if (!std::getline(context.input, answer)) context.talk.out() << '\n';
  const std::size_t first = answer.find_first_not_of(" \t\r");
  if (first == std::string::npos) return {};
  return answer.substr(first, answer.find_last_not_of(" \t\r") - first + 1);
}

}  // namespace

bool ask_yes(Context& context, const std::string& question) {
  const std::string answer = ask(context, question + " [y/N]");
  return answer == "y" || answer == "yes" || answer == "Y" || answer == "Yes" || answer == "YES";
}

bool ask_name(Context& context, const std::string& question, const std::string& name) {
  return ask(context, question + "\nType `" + name + "` to agree:") == name;
}

void require_answer(const Context& context, const std::string& what) {
  if (context.options.yes || context.can_ask) return;
  throw Error("usage.no-terminal", "nobody can be asked", what + " needs a yes, and there is no terminal",
              "pass --yes");
}

}  // namespace dfx
