// scan_members: of every object that the parser accepts it delivers the same members, or says that it cannot.
#include <map>

#include "core/model/diagnostics.hpp"
#include "core/model/json.hpp"
#include "core/model/json_scan.hpp"
#include "core/model/resource.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dfx;
  const std::string_view text = fuzz::text(data, size);
  std::map<std::string, std::string> members;
  const bool sound = scan_members(text, [&](std::string_view key, std::string_view raw) { members.emplace(key, raw); });
  std::size_t items = 0;
  const bool listed = scan_items(text, [&](std::string_view) { ++items; });
  fuzz::must(!(sound && listed), "nothing is both an object and a list");
  each_line(text, [&](std::string_view line) { fuzz::must(!line.empty() && line.find('\n') == std::string_view::npos, "a line is a line"); });
  Json value;
  try {
    value = parse_json(text);
    if (value.is_structured()) references_in(text);
  } catch (const Error&) {
    return 0;
  }
  if (listed) fuzz::must(value.is_array() && value.size() == items, "all items");
  if (!sound) return 0;
  fuzz::must(value.is_object() && value.size() == members.size(), "all members");
  for (const auto& [key, raw] : members) fuzz::must(value.contains(key) && parse_json(raw) == value[key], "each with its value");
  return 0;
}
