// parse_json: canonical text of whatever it accepts is accepted again and says the same.
#include "core/model/diagnostics.hpp"
#include "core/model/json.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dfx;
  Json value;
  try {
    value = parse_json(fuzz::text(data, size));
  } catch (const Error&) {
    return 0;
  }
  const std::string text = canonical(value);
  fuzz::must(canonical(parse_json(text)) == text, "canonical text is a fixed point");
  return 0;
}
