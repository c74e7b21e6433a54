// core.secret: a random text.
#include "core/model/diagnostics.hpp"
#include "host/builtin/made_once.hpp"
#include "host/secrets/crypto.hpp"
#include "host/secrets/generate.hpp"

namespace dfx::host {
namespace {

constexpr int k_length = 32;

class SecretKind final : public MadeOnce {
 public:
  std::string name() const override { return "core.secret"; }
  std::string description() const override { return "a random text, made once and kept sealed in the state"; }

 protected:
  Json properties() const override {
    return {{"length", {{"type", "integer"}, {"minimum", 1}, {"maximum", 4096}, {"default", k_length},
                        {"description", "how many characters"}}},
            {"charset", {{"type", "string"}, {"minLength", 2}, {"default", std::string(k_default_charset)},
                         {"description", "the characters to draw from, each as likely as the others"}}}};
  }
  Json outputs() const override {
    return {{"value", {{"type", "string"}, {"x-dfx-secret", true}, {"description", "the text"}}}};
  }
  Made make(const sdk::Call& call, const Json& desired) const override {
    std::string text = draw(desired.value("length", k_length), desired.value("charset", std::string(k_default_charset)));
    const Json handle = call.keep_secret(text);
    wipe(text);
    return {handle["$dfx"]["secret"], {{"value", handle}}};
  }

 private:
  static std::string draw(int length, const std::string& charset) {
    try {
      return random_text(length < 0 ? 0 : static_cast<std::size_t>(length), charset);
    } catch (const Error& e) {
      const Diagnostic& d = e.diagnostics().list().front();
      throw sdk::Failure(DFX_INVALID, d.code, d.summary, d.detail, d.help);
    }
  }
};

}  // namespace

std::unique_ptr<MadeOnce> make_secret_kind() { return std::make_unique<SecretKind>(); }

}  // namespace dfx::host
