// The lines of an `expand` answer: whatever a plugin writes becomes resources with good addresses, or problems.
#include "core/engine/expansion_reader.hpp"
#include "core/model/address.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

struct OneKind final : dfx::ProviderHost {
  dfx::CallResult call(const std::string&, dfx::Function, dfx::CallContext&, std::string_view) override { return {}; }
  const dfx::Kind* find_kind(const std::string& name) const override { return name == "t.item" ? &x_kind : nullptr; }
  dfx::Kind x_kind;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dfx;
  const OneKind host;
  Component component;
  component.name = "c";
  Expanded out;
  Diagnostics problems;
  ExpansionReader(host, component, out, problems).read(fuzz::text(data, size));
  for (const Resource& resource : out.resources) fuzz::must(parse_address(resource.address).has_value(), "addresses are good");
  return 0;
}
