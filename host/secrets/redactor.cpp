#include "host/secrets/redactor.hpp"

#include <algorithm>
#include <mutex>

#include "core/model/json.hpp"
#include "host/secrets/crypto.hpp"
#include "host/secrets/encoding.hpp"

namespace dfx::host {
namespace {

constexpr std::string_view k_shown = "(secret)";
constexpr std::size_t k_shortest_line = 24;

std::string percent_encoded(std::string_view raw, bool lower_case) {
  const std::string_view digits = lower_case ? "0123456789abcdef" : "0123456789ABCDEF";
  std::string out;
  for (const char c : raw) {
    const auto b = static_cast<unsigned char>(c);
    const bool plain = (b >= '0' && b <= '9') || (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || b == '-' ||
                       b == '.' || b == '_' || b == '~';
    if (plain) {
      out += c;
    } else {
      out += '%';
      out += digits[b >> 4];
      out += digits[b & 15];
    }
  }
  return out;
}

// What base64 makes of `value` when `before` other bytes stand in front: only the characters that depend on nothing
// else.
std::string base64_inside(std::string_view value, std::size_t before) {
  const std::string text = base64(std::string(before, '\0') + std::string(value), false);
  const std::size_t begin = (before * 8 + 5) / 6;
  const std::size_t end = (before + value.size()) * 8 / 6;
  return text.substr(begin, end - begin);
}

std::string url_safe(std::string text) {
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return text;
}

void forms_of(std::string_view value, std::vector<std::string>& out) {
  out.emplace_back(value);
  const std::string json = canonical(Json(value));
  out.push_back(json.substr(1, json.size() - 2));
  out.push_back(percent_encoded(value, true));
  out.push_back(percent_encoded(value, false));
  for (std::size_t before = 0; before < 3; ++before) {
    out.push_back(base64_inside(value, before));
    out.push_back(url_safe(out.back()));
  }
}

// Long lines of a value on their own: a key's text is often indented or cut into lines.
void lines_of(std::string_view value, std::vector<std::string>& out) {
  if (value.find('\n') == std::string_view::npos) return;
  for (std::size_t at = 0; at < value.size();) {
    const std::size_t end = std::min(value.find('\n', at), value.size());
    const std::string_view line = value.substr(at, end - at);
    if (line.size() >= k_shortest_line && line.substr(0, 5) != "-----") out.emplace_back(line);
    at = end + 1;
  }
}

void replace_all(std::string& text, const std::string& needle) {
  for (std::size_t at = text.find(needle); at != std::string::npos; at = text.find(needle, at + k_shown.size()))
    text.replace(at, needle.size(), k_shown);
}

}  // namespace

Redactor::~Redactor() {
  for (std::string& needle : x_needles) wipe(needle);
}

void Redactor::add(std::string_view value) {
  if (value.size() < k_shortest) return;
  const std::unique_lock lock(x_mutex);
  if (!x_known.insert(hex(sha256(value))).second) return;
  forms_of(value, x_needles);
  lines_of(value, x_needles);
  // base64 drops the characters at its edges: what is left of a short value may be too short to search for.
  std::erase_if(x_needles, [](const std::string& n) { return n.size() < k_shortest; });
  std::sort(x_needles.begin(), x_needles.end(), [](const std::string& a, const std::string& b) {
    return a.size() != b.size() ? a.size() > b.size() : a < b;
  });
  x_needles.erase(std::unique(x_needles.begin(), x_needles.end()), x_needles.end());
}

std::string Redactor::redact(std::string text) const {
  const std::shared_lock lock(x_mutex);
  for (const std::string& needle : x_needles)
    if (needle.size() <= text.size()) replace_all(text, needle);
  return text;
}

}  // namespace dfx::host
