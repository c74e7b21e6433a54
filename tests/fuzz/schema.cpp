// Schemas: compiled or refused; and a value is judged the same from its text and from its tree. Input: schema, line feed, value.
#include "core/config/schema.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dfx;
  const std::string_view text = fuzz::text(data, size);
  const std::size_t split = std::min(text.find('\n'), text.size());
  const std::string_view value = text.substr(std::min(split + 1, text.size()));
  try {
    const Schema schema(parse_json(text.substr(0, split)));
    const Json tree = parse_json(value);
    fuzz::must(schema.validate_text(value).has_errors() == schema.validate(tree).has_errors(), "text and tree get one verdict");
  } catch (const Error&) {
  }
  return 0;
}
