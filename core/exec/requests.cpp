#include "core/exec/requests.hpp"

#include <array>
#include <cstdio>
#include <random>

#include "core/model/encode.hpp"
#include "core/plan/text.hpp"

namespace dfx {

std::string to_text(const Caller& caller, const ApplyRequest& r) {
  const Record& record = *r.record;
  std::string out = R"({"kind":)" + quote(r.kind->name) + R"(,"action":)" + quote(r.action) + R"(,"address":)";
  append_quoted(out, record.address);
  const auto add = [&](const char* key, std::string_view json) {
    out += key;
    out += or_null(json);
  };
  add(R"(,"connection":)", record.connection);
  out += R"(,"marker":{"stack":)" + quote(caller.stack_id()) + R"(,"environment":)" + quote(caller.environment()) +
         R"(,"address":)" + quote(record.address) + R"(,"generation":)" + std::to_string(record.generation) +
         R"(,"operation":)" + quote(record.operation) + "}";
  add(R"(,"desired":)", r.desired);
  add(R"(,"prior":)", r.prior);
  add(R"(,"observed":)", r.observed);
  add(R"(,"identity":)", record.identity);
  add(R"(,"outputs":)", record.outputs);
  add(R"(,"checkpoint":)", record.checkpoint);
  return out += '}';
}

ApplyAnswer read_apply_answer(const std::string& response) {
  ApplyAnswer answer;
  const Json value = response.empty() ? Json::object() : parse_json(response);
  if (!value.is_object() || (value.contains("outputs") && !value["outputs"].is_object() && !value["outputs"].is_null()))
    throw Error("plugin.bad-answer", "a plugin gave an answer that cannot be understood",
                "apply must answer {\"identity\", \"outputs\"}", "this is a bug of the plugin; please report it");
  if (value.contains("identity") && !value["identity"].is_null()) answer.identity = canonical(value["identity"]);
  if (value.contains("outputs") && !value["outputs"].is_null()) answer.outputs = canonical(value["outputs"]);
  return answer;
}

std::string merge_outputs(const std::string& outputs, const std::string& newer) {
  if (newer.empty()) return outputs;
  Json merged = outputs.empty() ? Json::object() : parse_json(outputs);
  merged.update(parse_json(newer));
  return canonical(merged);
}

bool agrees(const Json& planned, const Json& actual) {
  if (is_dfx_node(planned) && planned["$dfx"].contains("unknown")) return true;
  if (!planned.is_object() || is_dfx_node(planned)) return planned == actual;
  if (!actual.is_object()) return false;
  for (const auto& [key, value] : planned.items())
    if (!actual.contains(key) || !agrees(value, actual[key])) return false;
  return true;
}

std::string new_operation_id() {
  static thread_local std::random_device source;
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%08x%08x", source(), source());
  return text.data();
}

}  // namespace dfx
