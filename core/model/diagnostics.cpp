#include "core/model/diagnostics.hpp"

#include <algorithm>
#include <array>
#include <tuple>

namespace dfx {
namespace {

constexpr std::array k_error_class_names = {"none", "transient",   "invalid",  "conflict",  "auth",
                                            "absent", "unreachable", "in_doubt", "cancelled", "internal"};

std::string first_text(const Diagnostics& list) {
  if (list.empty()) return "unknown error";
  const Diagnostic& d = list.list().front();
  return d.detail.empty() ? d.summary : d.summary + ": " + d.detail;
}

Diagnostics one(Diagnostic d) {
  Diagnostics list;
  list.add(std::move(d));
  return list;
}

Diagnostic make(Severity severity, std::string code, std::string summary, Place place) {
  Diagnostic d;
  d.severity = severity;
  d.code = std::move(code);
  d.summary = std::move(summary);
  d.place = std::move(place);
  return d;
}

}  // namespace

const char* to_string(ErrorClass c) { return k_error_class_names.at(static_cast<std::size_t>(c)); }

ErrorClass error_class_from(const std::string& word) {
  for (std::size_t i = 0; i < k_error_class_names.size(); ++i)
    if (word == k_error_class_names[i]) return static_cast<ErrorClass>(i);
  return ErrorClass::internal;
}

Diagnostic& Diagnostics::error(std::string code, std::string summary, Place place) {
  return add(make(Severity::error, std::move(code), std::move(summary), std::move(place)));
}

Diagnostic& Diagnostics::warning(std::string code, std::string summary, Place place) {
  return add(make(Severity::warning, std::move(code), std::move(summary), std::move(place)));
}

void Diagnostics::append(const Diagnostics& other) {
  x_list.insert(x_list.end(), other.x_list.begin(), other.x_list.end());
}

bool Diagnostics::has_errors() const {
  return std::any_of(x_list.begin(), x_list.end(), [](const Diagnostic& d) { return d.severity == Severity::error; });
}

const Diagnostic* Diagnostics::last_error() const {
  const auto found = std::find_if(x_list.rbegin(), x_list.rend(), [](const Diagnostic& d) { return d.severity == Severity::error; });
  return found == x_list.rend() ? nullptr : &*found;
}

Diagnostic failure(std::string code, std::string summary, std::string detail, std::string help, ErrorClass error_class) {
  Diagnostic d = make(Severity::error, std::move(code), std::move(summary), {});
  d.detail = std::move(detail);
  d.help = std::move(help);
  d.error_class = error_class;
  return d;
}

void Diagnostics::sort_by_place() {
  std::stable_sort(x_list.begin(), x_list.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::tie(a.severity, a.place.file, a.place.line, a.place.column) <
           std::tie(b.severity, b.place.file, b.place.line, b.place.column);
  });
}

Error::Error(Diagnostics list) : std::runtime_error(first_text(list)), x_list(std::move(list)) {}
Error::Error(Diagnostic d) : Error(one(std::move(d))) {}
Error::Error(std::string code, std::string summary, std::string detail, std::string help)
    : Error(failure(std::move(code), std::move(summary), std::move(detail), std::move(help))) {}

}  // namespace dfx
