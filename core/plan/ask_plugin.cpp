#include "core/plan/ask_plugin.hpp"

#include <map>

#include "core/model/json_scan.hpp"
#include "core/plan/text.hpp"

namespace dfx {
namespace {

constexpr std::chrono::seconds k_timeout{60};

using Batch = std::vector<PlanQuestion*>;

std::string request_for(const Batch& batch) {
  std::string out = R"({"kind":)" + quote(batch.front()->kind->name) + R"(,"connection":)" +
                    std::string(or_null(batch.front()->connection)) + R"(,"items":[)";
  for (const PlanQuestion* q : batch) {
    if (out.back() == '}') out += ',';
    out += R"({"address":)";
    append_quoted(out, q->address);
    out += R"(,"desired":)" + q->desired + R"(,"prior":)";
    out += or_null(q->prior);
    out += R"(,"observed":)";
    out += or_null(q->observed);
    out += R"(,"outputs":)";
    out += or_null(q->outputs);
    out += '}';
  }
  return out + "]}";
}

Prediction prediction_from(const Json& line) {
  Prediction p;
  if (line.contains("outputs") && line["outputs"].is_object()) p.outputs = canonical(line["outputs"]);
  for (const Json& r : line.value("replace", Json::array()))
    p.replace.emplace_back(r.value("path", ""), r.value("why", ""));
  p.ignore = line.value("ignore", std::vector<std::string>());
  p.reasons = line.value("reasons", std::vector<std::string>());
  p.restarts = line.value("restarts", false);
  return p;
}

void take(const Batch& batch, const std::string& response) {
  std::map<std::string_view, PlanQuestion*> by_address;
  for (PlanQuestion* q : batch) by_address.emplace(q->address, q);
  each_line(response, [&](std::string_view text) {
    const Json line = parse_json(text);
    const auto found = by_address.find(line.value("address", ""));
    if (found != by_address.end()) found->second->answer = prediction_from(line);
  });
}

void ask(const Caller& caller, const Batch& batch, Diagnostics& problems) {
  const Kind& kind = *batch.front()->kind;
  CallContext context = caller.context(kind, Function::plan, k_timeout);
  const CallResult result = caller.host().call(kind.plugin, Function::plan, context, request_for(batch));
  problems.append(result.diagnostics);
  if (result.status == CallStatus::ok) {
    try {
      take(batch, result.response);
      return;
    } catch (const std::exception& e) {
      problems.error("plugin.bad-answer", "a plugin gave an answer that cannot be understood").detail =
          "plugin " + kind.plugin + ", plan of " + kind.name + ": " + e.what();
      return;
    }
  }
  if (!result.diagnostics.has_errors())
    problems.error("plan.plugin-failed", "a plugin could not plan its resources").detail =
        "plugin " + kind.plugin + " ended the plan of " + kind.name + " with `" + to_string(result.status) + "`";
}

}  // namespace

void ask_plugins(const Caller& caller, std::vector<PlanQuestion>& questions, Diagnostics& problems) {
  std::map<std::pair<std::string, std::string>, Batch> batches;
  for (PlanQuestion& q : questions) batches[{q.kind->name, q.connection}].push_back(&q);
  for (const auto& [key, batch] : batches) ask(caller, batch, problems);
}

}  // namespace dfx
