#include "cli/commands/approve.hpp"

#include "cli/commands/answer.hpp"
#include "cli/prompt.hpp"
#include "cli/render/plan.hpp"
#include "cli/render/value.hpp"

namespace dfx {
namespace {

constexpr std::size_t k_most_named = 10;

std::string list(const std::vector<std::string>& addresses) {
  std::string out;
  for (std::size_t i = 0; i < addresses.size() && i < k_most_named; ++i) out += "\n  " + display(addresses[i]);
  if (addresses.size() > k_most_named) out += "\n  and " + std::to_string(addresses.size() - k_most_named) + " more";
  return out;
}

bool approve_losses(Context& context, const Plan& plan, const std::vector<std::string>& losses) {
  if (context.options.confirm) return true;
  if (context.can_ask) {
    const std::string what = count_text(losses.size(), "deletion") + " would lose data for good:" + list(losses);
    return ask_name(context, what, plan.stack);
  }
  throw Error("usage.confirm-needed", "data would be lost", count_text(losses.size(), "deletion") + " would lose data for good:" + list(losses),
              "if that is meant, add --confirm=" + plan.stack + "; --yes does not cover it");
}

}  // namespace

void check_agreement(Context& context, bool destroy) {
  const Options& options = context.options;
  const std::string& name = context.workspace.stack().name;
  if (options.confirm && *options.confirm != name)
    throw Error("usage.wrong-confirm", "`--confirm` names another stack", "this stack is `" + name + "`, not `" + *options.confirm + "`",
                "if this stack is meant: --confirm=" + name);
  if (destroy && options.confirm) return;
  require_answer(context, destroy ? "a destroy" : "an apply");
}

bool approve(Context& context, const Plan& plan) {
  if (!plan.has_changes()) return true;
  const auto losses = severe_losses(plan);
  if (!losses.empty() && !approve_losses(context, plan, losses)) return false;
  const Options& options = context.options;
  if (options.yes || (plan.destroy && options.confirm)) return true;
  if (plan.destroy && losses.empty())
    return ask_name(context, "This takes down environment " + plan.environment + ".", plan.stack);
  return plan.destroy || ask_yes(context, "Apply this to environment " + plan.environment + "?");
}

}  // namespace dfx
