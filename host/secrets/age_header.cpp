#include "host/secrets/age_header.hpp"

#include <optional>

#include "core/model/diagnostics.hpp"
#include "host/secrets/crypto.hpp"

namespace dfx::host::age {
namespace {

constexpr std::string_view k_version = "age-encryption.org/v1";
constexpr std::string_view k_info = "age-encryption.org/v1/X25519";
constexpr std::size_t k_line = 64;
constexpr std::size_t k_wrapped = 32;  // 16 bytes of file key and the tag
constexpr std::size_t k_max_stanzas = 1024;

struct Stanza {
  std::vector<std::string> words;
  Bytes body;
};

Bytes wrap_key(const Bytes& shared, const Bytes& ephemeral, const Bytes& recipient) {
  Bytes salt = ephemeral;
  salt.insert(salt.end(), recipient.begin(), recipient.end());
  return hkdf_sha256(shared, salt, k_info, 32);
}

Bytes header_mac(const Bytes& file_key, std::string_view header) {
  return hmac_sha256(hkdf_sha256(file_key, {}, "header", 32), header);
}

std::string stanza_for(const Bytes& file_key, const Bytes& recipient) {
  Bytes secret = random_bytes(32);
  const Bytes ephemeral = x25519_public(secret);
  auto shared = x25519(secret, recipient);
  wipe(secret);
  if (!shared) throw Error("age.bad-key", "a recipient's key is not usable", "its public key is of low order");
  Bytes wrap = wrap_key(*shared, ephemeral, recipient);
  const Bytes body = seal_chunk(wrap, Bytes(12, 0), to_text(file_key));
  wipe(*shared);
  wipe(wrap);
  return "-> X25519 " + base64(ephemeral, false) + "\n" + base64(body, false) + "\n";
}

std::string_view take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  if (end == std::string_view::npos) refuse_file("its header is cut off");
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return line;
}

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at <= line.size();) {
    const std::size_t end = std::min(line.find(' ', at), line.size());
    if (end == at) refuse_file("a stanza has an empty word");
    out.emplace_back(line.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

// Base64 lines of 64 characters; a shorter one (it may be empty) ends the body.
Bytes take_body(std::string_view& rest) {
  Bytes body;
  for (bool last = false; !last;) {
    const std::string_view line = take_line(rest);
    if (line.size() > k_line) refuse_file("a line of a stanza is too long");
    const auto part = base64_decode(line, false);
    if (!part) refuse_file("a stanza is not base64");
    body.insert(body.end(), part->begin(), part->end());
    last = line.size() < k_line;
  }
  return body;
}

std::optional<Bytes> unwrap(const Stanza& stanza, const AgeIdentity& identity) {
  if (stanza.words[0] != "X25519") return std::nullopt;
  if (stanza.words.size() != 2 || stanza.body.size() != k_wrapped) refuse_file("an X25519 stanza has a wrong form");
  const auto ephemeral = base64_decode(stanza.words[1], false);
  if (!ephemeral || ephemeral->size() != 32) refuse_file("an X25519 stanza has a wrong form");
  auto shared = x25519(identity.private_key(), *ephemeral);
  if (!shared) refuse_file("an X25519 stanza has a key of low order");
  Bytes wrap = wrap_key(*shared, *ephemeral, x25519_public(identity.private_key()));
  auto file_key = open_chunk(wrap, Bytes(12, 0), to_text(stanza.body));
  wipe(*shared);
  wipe(wrap);
  return file_key;
}

std::optional<Bytes> unwrap_any(const std::vector<Stanza>& stanzas, const std::vector<AgeIdentity>& identities) {
  for (const Stanza& stanza : stanzas)
    for (const AgeIdentity& identity : identities)
      if (auto key = unwrap(stanza, identity)) return key;
  return std::nullopt;
}

// Everything up to the line with the MAC; `mac` gets its text.
std::vector<Stanza> take_stanzas(std::string_view& rest, std::string_view& mac) {
  std::vector<Stanza> out;
  for (std::string_view line = take_line(rest);; line = take_line(rest)) {
    if (line.substr(0, 4) == "--- ") {
      mac = line.substr(4);
      return out;
    }
    if (line.substr(0, 3) != "-> " || out.size() >= k_max_stanzas) refuse_file("its header has a wrong form");
    out.push_back({words_of(line.substr(3)), take_body(rest)});
  }
}

}  // namespace

void refuse_file(const std::string& why) {
  throw Error("age.bad-file", "a sealed value cannot be opened", why,
              "it is damaged or not in the age format; restore it from a backup");
}

std::string write_header(const Bytes& file_key, const std::vector<Bytes>& recipients) {
  std::string out = std::string(k_version) + "\n";
  for (const Bytes& r : recipients) out += stanza_for(file_key, r);
  out += "---";
  return out + " " + base64(header_mac(file_key, out), false) + "\n";
}

Bytes open_header(std::string_view file, const std::vector<AgeIdentity>& identities, std::string_view& rest) {
  rest = file;
  if (take_line(rest) != k_version) refuse_file("it does not begin as an age file");
  std::string_view mac_text;
  const std::vector<Stanza> stanzas = take_stanzas(rest, mac_text);
  const auto mac = base64_decode(mac_text, false);
  if (!mac) refuse_file("its header's checksum is not base64");
  auto file_key = unwrap_any(stanzas, identities);
  if (!file_key)
    throw Error("age.no-identity", "a sealed value is not for this key", "none of its recipients is this workspace",
                "use the identity file of the workspace that sealed it");
  const std::string_view covered = file.substr(0, static_cast<std::size_t>(mac_text.data() - file.data()) - 1);
  if (!equal_in_constant_time(header_mac(*file_key, covered), *mac)) refuse_file("its header was changed");
  return *file_key;
}

}  // namespace dfx::host::age
