// References inside a scalar: segments put together again are the text, as long as nothing was refused.
#include "core/config/references.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dfx;
  const std::string text(fuzz::text(data, size));
  const Node scalar = Node::make_scalar(std::make_shared<const std::string>("f"), {1, 1, 1, 0}, text, false, true);
  Diagnostics problems;
  std::string again;
  for (const Segment& segment : scan_references(scalar, problems)) {
    if (segment.reference) {
      fuzz::must(text.compare(segment.reference->offset, segment.reference->text.size(), segment.reference->text) == 0, "a reference stands where it says");
      again += segment.reference->text;
      continue;
    }
    for (std::size_t i = 0; i < segment.literal.size(); ++i) {
      if (segment.literal.compare(i, 2, "${") == 0) again += '$';
      again += segment.literal[i];
    }
  }
  if (problems.empty()) fuzz::must(again == text, "nothing is lost");
  substitute_variables(scalar, Node(), problems);
  return 0;
}
