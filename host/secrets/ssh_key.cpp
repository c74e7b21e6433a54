#include <algorithm>

#include "core/model/diagnostics.hpp"
#include "host/secrets/crypto.hpp"
#include "host/secrets/encoding.hpp"
#include "host/secrets/keys.hpp"
#include "host/secrets/openssl.hpp"

namespace dfx::host {
namespace {

constexpr std::string_view k_type = "ssh-ed25519";
constexpr std::size_t k_line = 70;

void put_number(std::string& out, std::uint32_t n) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(n >> shift & 0xff);
}

void put_text(std::string& out, std::string_view text) {
  put_number(out, static_cast<std::uint32_t>(text.size()));
  out += text;
}

std::string raw_key(EVP_PKEY* key, int (*get)(const EVP_PKEY*, unsigned char*, std::size_t*)) {
  std::string out(32, '\0');
  std::size_t size = out.size();
  ossl::must(get(key, reinterpret_cast<unsigned char*>(out.data()), &size));
  return out;
}

std::string public_blob(const std::string& public_key) {
  std::string out;
  put_text(out, k_type);
  put_text(out, public_key);
  return out;
}

// PROTOCOL.key of OpenSSH, cipher "none": two equal check numbers, the key, its comment, padding 1 2 3 ...
std::string private_section(const std::string& public_key, const std::string& seed, const std::string& comment) {
  std::string out = to_text(random_bytes(4));
  out += out;
  put_text(out, k_type);
  put_text(out, public_key);
  put_text(out, seed + public_key);
  put_text(out, comment);
  for (char pad = 1; out.size() % 8 != 0; ++pad) out += pad;
  return out;
}

std::string private_pem(const std::string& public_key, const std::string& seed, const std::string& comment) {
  std::string file = std::string("openssh-key-v1\0", 15);
  put_text(file, "none");
  put_text(file, "none");
  put_text(file, "");
  put_number(file, 1);
  put_text(file, public_blob(public_key));
  std::string section = private_section(public_key, seed, comment);
  put_text(file, section);
  std::string body = base64(file);
  std::string out = "-----BEGIN OPENSSH PRIVATE KEY-----\n";
  for (std::size_t at = 0; at < body.size(); at += k_line) out.append(body, at, k_line).append("\n");
  wipe(section);
  wipe(file);
  wipe(body);
  return out + "-----END OPENSSH PRIVATE KEY-----\n";
}

}  // namespace

SshKeyPair make_ssh_key(const std::string& comment) {
  if (std::any_of(comment.begin(), comment.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }))
    throw Error("key.bad-name", "a key cannot have that name", "an SSH key's name must be one line of plain text");
  const ossl::Key key(ossl::must(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")));
  const std::string public_key = raw_key(key.get(), EVP_PKEY_get_raw_public_key);
  std::string seed = raw_key(key.get(), EVP_PKEY_get_raw_private_key);
  const std::string blob = public_blob(public_key);
  SshKeyPair out;
  out.public_line = std::string(k_type) + " " + base64(blob) + (comment.empty() ? "" : " " + comment);
  out.private_pem = private_pem(public_key, seed, comment);
  out.fingerprint = "SHA256:" + base64(sha256(blob), false);
  wipe(seed);
  return out;
}

}  // namespace dfx::host
