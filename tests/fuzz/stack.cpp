// The stack file: whatever the text, an answer or problems with places inside the file.
#include <algorithm>

#include "core/config/stack.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

void check_places(const dfx::Diagnostics& problems, std::string_view text) {
  const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
  for (const dfx::Diagnostic& d : problems.list()) {
    dfx::fuzz::must(!d.code.empty() && !d.summary.empty(), "a problem has a code and words");
    dfx::fuzz::must(d.place.line <= lines, "its place is in the file");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dfx;
  const std::string_view text = fuzz::text(data, size);
  for (const std::optional<std::string>& environment : {std::optional<std::string>(), std::optional<std::string>("sandbox")}) {
    Diagnostics warnings;
    try {
      const Stack stack = load_stack_text(text, "stack.yaml", environment, warnings);
      for (const Component& component : stack.components) {
        Diagnostics problems;
        convert(component.settings, {{"type", "object"}, {"additionalProperties", true}}, convert_options(stack, component), problems);
        check_places(problems, text);
      }
    } catch (const Error& e) {
      check_places(e.diagnostics(), text);
    }
  }
  return 0;
}
