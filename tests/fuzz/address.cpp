// Addresses: what is read is written the same way again; any name survives its encoding.
#include "core/model/address.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dfx;
  const std::string_view text = fuzz::text(data, size);
  if (const auto address = parse_address(text)) {
    const auto again = parse_address(address->text());
    fuzz::must(again && *again == *address, "an address is itself when written and read");
  }
  const std::string encoded = percent_encode(text);
  fuzz::must(encoded.find('/') == std::string::npos, "a name is one part");
  fuzz::must(percent_decode(encoded) == std::string(text), "a name survives its encoding");
  if (!text.empty()) {
    const Address made{"c", "t.item", std::string(text)};
    fuzz::must(parse_address(made.text()) == made, "any name makes an address");
  }
  return 0;
}
