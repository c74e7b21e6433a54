// JSON text put together and taken apart without trees.
#pragma once
#include <string>
#include <string_view>

#include "core/model/json.hpp"
#include "core/model/json_scan.hpp"

namespace dfx {

inline std::string_view or_null(std::string_view json) { return json.empty() ? std::string_view("null") : json; }

inline void append_quoted(std::string& out, std::string_view text) {
  const auto plain = [](unsigned char c) { return c >= 0x20 && c < 0x80 && c != '"' && c != '\\'; };
  bool simple = true;
  for (char c : text) simple = simple && plain(static_cast<unsigned char>(c));
  if (!simple) {
    out += canonical(Json(std::string(text)));
    return;
  }
  out += '"';
  out += text;
  out += '"';
}

inline std::string quote(std::string_view text) {
  std::string out;
  append_quoted(out, text);
  return out;
}

// The text of a raw JSON string; empty for anything else.
inline std::string text_of(std::string_view raw) {
  if (const auto simple = plain_string(raw)) return std::string(*simple);
  const Json value = Json::parse(raw, nullptr, false);
  return value.is_string() ? value.get<std::string>() : std::string();
}

}  // namespace dfx
