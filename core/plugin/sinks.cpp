#include "core/plugin/sinks.hpp"

#include <algorithm>
#include <utility>

#include "core/model/json.hpp"

namespace dfx {
namespace {

constexpr std::size_t k_most_records = 100;
constexpr std::size_t k_most_record_bytes = 64u << 10;
constexpr int k_most_record_depth = 4;

std::string_view view_of(dfx_bytes bytes) { return {bytes.data, static_cast<std::size_t>(bytes.size)}; }

bool is_null(dfx_bytes bytes) { return bytes.data == nullptr && bytes.size != 0; }

// Codes are for grep: one word, lower case.
bool is_code(const std::string& code) {
  return !code.empty() && std::all_of(code.begin(), code.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
  });
}

std::string text_at(const Json& record, const char* key) {
  const auto found = record.find(key);
  if (found == record.end() || found->is_null()) return "";
  if (!found->is_string()) throw Error("plugin.bad-diagnostic", "", "its `" + std::string(key) + "` is no text");
  return found->get<std::string>();
}

// Throws Error if the record breaks the rules of docs/plugin-abi.md.
Diagnostic diagnostic_from(std::string_view text) {
  const Json record = parse_json(text, {k_most_record_bytes, k_most_record_depth});
  if (!record.is_object()) throw Error("plugin.bad-diagnostic", "", "it is no object");
  Diagnostic d;
  const std::string severity = text_at(record, "severity");
  if (severity != "error" && severity != "warning")
    throw Error("plugin.bad-diagnostic", "", "its `severity` is neither error nor warning");
  d.severity = severity == "error" ? Severity::error : Severity::warning;
  d.code = text_at(record, "code");
  if (!is_code(d.code)) throw Error("plugin.bad-diagnostic", "", "its `code` is no word of a-z, 0-9, `.`, `-` and `_`");
  d.summary = text_at(record, "summary");
  if (d.summary.empty()) throw Error("plugin.bad-diagnostic", "", "it has no `summary`");
  d.detail = text_at(record, "detail");
  d.help = text_at(record, "help");
  d.address = text_at(record, "address");
  d.path = text_at(record, "path");
  return d;
}

Diagnostic bad_diagnostic(const std::string& who, const std::string& why) {
  Diagnostic d;
  d.severity = Severity::warning;
  d.code = "plugin.bad-diagnostic";
  d.summary = "a plugin's message cannot be understood";
  d.detail = who + ": " + why;
  d.help = "this is a bug of the plugin; please report it to its authors";
  return d;
}

}  // namespace

ByteSink::ByteSink(std::size_t most_bytes) : x_raw{this, &ByteSink::write}, x_most_bytes(most_bytes) {}

std::int32_t ByteSink::refuse(std::string why) {
  x_problem = std::move(why);
  std::string().swap(x_bytes);
  return DFX_INVALID;
}

std::int32_t ByteSink::write(const dfx_sink* sink, dfx_bytes bytes) noexcept {
  auto& self = *static_cast<ByteSink*>(sink->context);
  try {
    if (!self.x_problem.empty()) return DFX_INVALID;
    if (is_null(bytes)) return self.refuse("it wrote from a null pointer");
    self.x_too_large = bytes.size > self.x_most_bytes - self.x_bytes.size();
    if (self.x_too_large) return self.refuse("it wrote more than " + std::to_string(self.x_most_bytes) + " bytes");
    self.x_bytes.append(view_of(bytes));
    return DFX_OK;
  } catch (const std::exception&) {
    // No memory: nothing may be thrown into a plugin, and nothing half is believed.
    self.x_bytes.clear();
    self.x_problem = "no memory";
    return DFX_INVALID;
  }
}

DiagnosticsSink::DiagnosticsSink(std::string who) : x_raw{this, &DiagnosticsSink::write}, x_who(std::move(who)) {}

std::int32_t DiagnosticsSink::write(const dfx_sink* sink, dfx_bytes bytes) noexcept {
  auto& self = *static_cast<DiagnosticsSink*>(sink->context);
  try {
    if (is_null(bytes)) return DFX_INVALID;
    self.take_record(view_of(bytes));
    return DFX_OK;
  } catch (const std::exception&) {
    return DFX_INVALID;
  }
}

void DiagnosticsSink::take_record(std::string_view text) {
  try {
    add(diagnostic_from(text));
  } catch (const Error& e) {
    add(bad_diagnostic(x_who, e.diagnostics().list().front().detail));
  }
}

void DiagnosticsSink::add(const Diagnostic& d) {
  const std::lock_guard lock(x_mutex);
  if (x_list.size() < k_most_records) {
    x_list.push_back(d);
  } else {
    ++x_left_out;
  }
}

Diagnostics DiagnosticsSink::take(const SecretVault* secrets, ErrorClass error_class, const std::string& address) {
  const std::lock_guard lock(x_mutex);
  Diagnostics out;
  if (x_left_out > 0)
    x_list.push_back(bad_diagnostic(x_who, "it wrote " + std::to_string(x_left_out) + " messages more than anybody will read"));
  for (Diagnostic& d : x_list) {
    if (secrets != nullptr)
      for (std::string* text : {&d.summary, &d.detail, &d.help}) *text = secrets->redact(std::move(*text));
    if (d.severity == Severity::error && d.error_class == ErrorClass::none) d.error_class = error_class;
    if (d.address.empty()) d.address = address;
    out.add(std::move(d));
  }
  x_list.clear();
  return out;
}

}  // namespace dfx
