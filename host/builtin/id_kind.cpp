// core.id: an identifier that is no secret.
#include "host/builtin/made_once.hpp"
#include "core/util/hex.hpp"
#include "host/secrets/generate.hpp"

namespace dfx::host {
namespace {

constexpr int k_bytes = 16;

class IdKind final : public MadeOnce {
 public:
  std::string name() const override { return "core.id"; }
  std::string description() const override { return "a random identifier, made once; it is no secret"; }

 protected:
  Json properties() const override {
    return {{"type", {{"type", "string"}, {"enum", {"uuid", "hex", "mac"}},
                      {"description", "uuid: version 4; hex: `bytes` random bytes; mac: a network card's own address"}}},
            {"bytes", {{"type", "integer"}, {"minimum", 1}, {"maximum", 64}, {"default", k_bytes},
                       {"description", "of hex: how many"}}}};
  }
  std::vector<std::string> required() const override { return {"type"}; }
  Json outputs() const override { return {{"value", {{"type", "string"}, {"description", "the identifier"}}}}; }
  Made make(const sdk::Call&, const Json& desired) const override {
    const std::string value = draw(desired.at("type"), desired.value("bytes", k_bytes));
    return {value, {{"value", value}}};
  }

 private:
  static std::string draw(const std::string& type, int bytes) {
    if (type == "uuid") return random_uuid();
    if (type == "mac") return random_mac();
    if (type == "hex" && bytes >= 1 && bytes <= 64) return random_hex(static_cast<std::size_t>(bytes));
    throw sdk::Failure(DFX_INVALID, "core.unknown-type", "an identifier cannot be made as asked",
                       type + " of " + std::to_string(bytes) + " bytes", "write uuid, mac, or hex with 1 to 64 bytes");
  }
};

}  // namespace

std::unique_ptr<MadeOnce> make_id_kind() { return std::make_unique<IdKind>(); }

}  // namespace dfx::host
