#include "core/plugin/plugin_call.hpp"

#include "core/model/json_check.hpp"
#include "core/model/json_scan.hpp"
#include "core/plugin/seal_outputs.hpp"

namespace dfx {
namespace {

constexpr const char* k_bug = "this is a bug of the plugin; please report it to its authors";
constexpr const char* k_not_understood = "a plugin gave an answer that cannot be understood";

std::string name_of_call(const Manifest& manifest, Function function, const CallContext& caller) {
  const std::string& subject = caller.address.empty() ? caller.component : caller.address;
  return "plugin `" + manifest.name + "`, " + to_string(function) + (subject.empty() ? "" : " of " + subject);
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

// Empty, or which line is no JSON object and why.
std::string problem_of_lines(std::string_view response) {
  std::size_t number = 0;
  std::string problem;
  each_line(response, [&](std::string_view line) {
    ++number;
    if (!problem.empty() || is_blank(line)) return;
    problem = json_problem(line);
    if (problem.empty() && line[line.find_first_not_of(" \t")] != '{') problem = "no JSON object";
    if (!problem.empty()) problem = "line " + std::to_string(number) + " of its answer: " + problem;
  });
  return problem;
}

}  // namespace

PluginCall::PluginCall(const Manifest& manifest, const dfx_provider& provider, Function function, const CallContext& caller,
                       std::string_view request, std::size_t most_response_bytes)
    : x_provider(provider), x_function(function), x_request(request), x_who(name_of_call(manifest, function, caller)),
      x_gate(caller), x_diagnostics(x_who), x_response(most_response_bytes), x_context(caller),
      x_raw{&x_context, {x_request.data(), x_request.size()}, x_response.raw(), x_diagnostics.raw()} {
  x_context.plugin = manifest.name;
  x_context.function = to_string(function);
  x_context.effect = effect_of(function);
  x_context.dry_run_rules = &manifest.dry_run;
  x_context.read_only_rules = &manifest.read_only;
  x_context.secrets = x_gate.has_secrets() ? &x_gate : nullptr;
  x_context.progress = {};
  x_context.checkpoint = {};
  if (x_gate.has_progress()) x_context.progress = [this](std::string_view line) { x_gate.progress(line); };
  if (x_gate.has_checkpoint() && function == Function::apply)
    x_context.checkpoint = [this](std::string_view json) { x_gate.checkpoint(json); };
  x_context.diagnose = [this](const Diagnostic& d) { x_diagnostics.add(d); };
}

std::int32_t PluginCall::enter() const {
  switch (x_function) {
    case Function::expand: return x_provider.expand(&x_provider, &x_raw);
    case Function::normalize: return x_provider.normalize(&x_provider, &x_raw);
    case Function::migrate: return x_provider.migrate(&x_provider, &x_raw);
    case Function::plan: return x_provider.plan(&x_provider, &x_raw);
    case Function::read: return x_provider.read(&x_provider, &x_raw);
    case Function::apply: return x_provider.apply(&x_provider, &x_raw);
    case Function::health: return x_provider.health(&x_provider, &x_raw);
  }
  return DFX_UNSUPPORTED;
}

void PluginCall::run() noexcept {
  try {
    x_status = enter();
  } catch (const std::exception& e) {
    x_thrown = std::string("it threw an exception: ") + e.what();
  } catch (...) {
    x_thrown = "it threw something that is no exception";
  }
}

void PluginCall::fault(CallResult& result, const char* code, const char* summary, const std::string& what) {
  x_diagnostics.add(failure(code, summary, x_who + ": " + what, k_bug));
  result.status = CallStatus::internal;
  result.response.clear();
}

CallResult PluginCall::conclude(const Kind* kind) {
  CallResult result;
  if (!x_thrown.empty()) {
    fault(result, "plugin.exception", "a plugin threw an exception", x_thrown);
  } else if (x_status < DFX_OK || x_status > DFX_INTERNAL) {
    fault(result, "plugin.bad-status", "a plugin ended a call with a status that does not exist",
          "status " + std::to_string(x_status));
  } else {
    result.status = static_cast<CallStatus>(x_status);
    if (result.status == CallStatus::ok) take_response(result, kind);
  }
  result.diagnostics = x_diagnostics.take(x_context.secrets, error_class_of(result.status), x_context.address);
  return result;
}

void PluginCall::take_response(CallResult& result, const Kind* kind) {
  if (x_response.too_large()) {
    fault(result, "plugin.answer-too-large", "a plugin's answer is too large", x_response.problem());
    return;
  }
  if (!x_response.problem().empty()) {
    fault(result, "plugin.bad-answer", k_not_understood, x_response.problem());
    return;
  }
  result.response = x_response.take();
  const bool lines = answers_in_lines(x_function);
  if (!lines && is_blank(result.response)) {
    fault(result, "plugin.no-answer", "a plugin gave no answer", "it says that it is done, but wrote nothing");
    return;
  }
  const std::string problem = lines ? problem_of_lines(result.response) : json_problem(result.response);
  if (!problem.empty()) {
    fault(result, "plugin.bad-answer", k_not_understood, problem);
    return;
  }
  if (kind == nullptr) return;
  try {
    result.response = seal_outputs(std::move(result.response), x_function, *kind, x_context.address, x_context.secrets);
  } catch (const Error& e) {
    for (Diagnostic d : e.diagnostics().list()) {
      d.detail = x_who + ": " + d.detail;
      x_diagnostics.add(d);
    }
    result.status = CallStatus::internal;
    result.response.clear();
  }
}

}  // namespace dfx
