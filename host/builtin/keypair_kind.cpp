// core.keypair: an SSH key, or a TLS client's certificate with its key.
#include "core/model/diagnostics.hpp"
#include "host/builtin/made_once.hpp"
#include "host/secrets/crypto.hpp"
#include "host/secrets/keys.hpp"

namespace dfx::host {
namespace {

constexpr const char* k_ssh = "ssh-ed25519";
constexpr const char* k_tls = "tls-client";

class KeypairKind final : public MadeOnce {
 public:
  std::string name() const override { return "core.keypair"; }
  std::string description() const override { return "a key pair, made once; its private half is kept sealed in the state"; }
  Json outputs_of(const Json& desired) const override {
    Json out = outputs();
    out.erase(desired.value("type", "") == k_ssh ? "certificate" : "public");
    return out;
  }

 protected:
  Json properties() const override {
    return {{"type", {{"type", "string"}, {"enum", {k_ssh, k_tls}},
                      {"description", "ssh-ed25519: a key for SSH; tls-client: a P-384 key and its certificate for ten years"}}},
            {"name", {{"type", "string"}, {"minLength", 1}, {"maxLength", 64}, {"x-dfx-create-only", true},
                      {"description", "the SSH key's comment or the certificate's common name"}}}};
  }
  std::vector<std::string> required() const override { return {"type", "name"}; }
  Json outputs() const override {
    return {{"public", {{"type", "string"}, {"description", "ssh-ed25519: the line for authorized_keys"}}},
            {"certificate", {{"type", "string"}, {"description", "tls-client: the certificate in PEM"}}},
            {"fingerprint", {{"type", "string"},
                             {"description", "ssh-ed25519: SHA256:..., as ssh-keygen says it; "
                                             "tls-client: SHA-256 of the certificate in hex"}}},
            {"private", {{"type", "string"}, {"x-dfx-secret", true},
                         {"description", "the private key: OpenSSH's format, or PKCS#8 in PEM"}}}};
  }
  Made make(const sdk::Call& call, const Json& desired) const override {
    const std::string name = desired.at("name"), type = desired.at("type");
    try {
      if (type == k_ssh) return make_ssh(call, name);
      if (type == k_tls) return make_tls(call, name);
    } catch (const Error& e) {
      const Diagnostic& d = e.diagnostics().list().front();
      throw sdk::Failure(DFX_INVALID, d.code, d.summary, d.detail, d.help);
    }
    throw sdk::Failure(DFX_INVALID, "core.unknown-type", "a key pair has an unknown type", type,
                       std::string("write ") + k_ssh + " or " + k_tls);
  }

 private:
  static Json keep(const sdk::Call& call, std::string& key) {
    const Json handle = call.keep_secret(key);
    wipe(key);
    return handle;
  }
  static Made make_ssh(const sdk::Call& call, const std::string& name) {
    SshKeyPair pair = make_ssh_key(name);
    return {pair.fingerprint,
            {{"public", pair.public_line}, {"fingerprint", pair.fingerprint}, {"private", keep(call, pair.private_pem)}}};
  }
  static Made make_tls(const sdk::Call& call, const std::string& name) {
    TlsKeyPair pair = make_tls_client_key(name);
    return {pair.fingerprint,
            {{"certificate", pair.certificate_pem}, {"fingerprint", pair.fingerprint}, {"private", keep(call, pair.key_pem)}}};
  }
};

}  // namespace

std::unique_ptr<MadeOnce> make_keypair_kind() { return std::make_unique<KeypairKind>(); }

}  // namespace dfx::host
