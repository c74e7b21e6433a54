#include "core/config/source_text.hpp"

#include <algorithm>

namespace dfx {
namespace {

constexpr std::string_view k_secret = "(secret)";

// Byte offset of a character column (from 1); the end of the line if it has fewer.
std::size_t offset_of(std::string_view line, std::uint32_t column) {
  std::size_t at = 0;
  for (std::uint32_t c = 1; c < column && at < line.size(); ++c) {
    ++at;
    while (at < line.size() && (line[at] & 0xC0) == 0x80) ++at;
  }
  return at;
}

std::uint32_t columns_in(std::string_view text) {
  return static_cast<std::uint32_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

bool spans(const Spot& spot, std::uint32_t line) { return line >= spot.line && line <= std::max(spot.line, spot.last_line); }

}  // namespace

SourceText& SourceText::instance() {
  static SourceText text;
  return text;
}

void SourceText::remember(const std::string& file, std::string_view text) {
  File kept;
  kept.text = std::string(text);
  kept.line_starts.push_back(0);
  for (std::size_t i = 0; i < kept.text.size(); ++i)
    if (kept.text[i] == '\n') kept.line_starts.push_back(i + 1);
  const std::lock_guard lock(x_mutex);
  x_files[file] = std::move(kept);
}

void SourceText::mark_secret(const std::string& file, const Spot& spot) {
  const std::lock_guard lock(x_mutex);
  const auto found = x_files.find(file);
  if (found != x_files.end()) found->second.secrets.push_back(spot);
}

std::optional<SourceLine> SourceText::find_line(const Place& place) const {
  const std::lock_guard lock(x_mutex);
  const auto found = x_files.find(place.file);
  if (found == x_files.end() || place.line == 0 || place.line > found->second.line_starts.size()) return std::nullopt;
  const File& file = found->second;
  const std::size_t start = file.line_starts[place.line - 1];
  std::string line = file.text.substr(start, file.text.find('\n', start) - start);
  SourceLine out{"", place.column, place.length};
  for (const Spot& secret : file.secrets) {
    if (!spans(secret, place.line)) continue;
    // The rest of the line goes: where a value ends is less certain than where it begins.
    const std::size_t at = place.line == secret.line ? offset_of(line, secret.column) : line.find_first_not_of(' ');
    if (at == std::string::npos) continue;
    line = line.substr(0, at) + std::string(k_secret);
    const std::uint32_t column = columns_in(std::string_view(line).substr(0, at)) + 1;
    if (out.column >= column) {
      out.column = column;
      out.length = static_cast<std::uint32_t>(k_secret.size());
    }
  }
  for (char& c : line)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = c == '\t' ? ' ' : '?';
  out.text = std::move(line);
  return out;
}

std::optional<std::string> source_line(const Place& place) {
  const auto line = SourceText::instance().find_line(place);
  if (!line) return std::nullopt;
  return line->text;
}

}  // namespace dfx
