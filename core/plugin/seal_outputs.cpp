#include "core/plugin/seal_outputs.hpp"

#include <algorithm>

#include "core/model/encode.hpp"
#include "core/model/json_scan.hpp"
#include "core/model/secret_salt.hpp"
#include "core/util/digest.hpp"

namespace dfx {
namespace {

constexpr std::size_t k_version_digits = 12;

std::string escape_pointer(const std::string& key) {
  std::string out;
  for (char c : key) out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  return out;
}

class Sealer {
 public:
  Sealer(std::string address, SecretVault* vault) : x_address(std::move(address)), x_vault(vault) {}

  // `pattern`: the rest of the way, "*" for any key; `path`: the way so far.
  void walk(Json& at, std::string_view pattern, const std::string& path) {
    if (is_dfx_node(at) || at.is_null()) return;
    if (pattern.empty()) {
      seal(at, path);
      return;
    }
    if (!at.is_structured()) return;
    const std::size_t end = std::min(pattern.find('/', 1), pattern.size());
    const std::string_view key = pattern.substr(1, end - 1), rest = pattern.substr(end);
    if (key != "*") {
      const std::string name(key);
      if (at.is_object() && at.contains(name)) walk(at[name], rest, path + "/" + escape_pointer(name));
      return;
    }
    for (auto& [name, inner] : at.items()) walk(inner, rest, path + "/" + escape_pointer(name));
  }

  bool sealed_something() const { return x_sealed; }

 private:
  void seal(Json& value, const std::string& path) {
    if (x_vault == nullptr || x_address.empty())
      throw Error("plugin.plain-secret", "a secret output cannot be kept",
                  path + (x_vault == nullptr ? ": there is no place for secrets" : ": nobody knows whose it is"));
    const std::string handle = x_address + "#" + path;
    const std::string text = value.is_string() ? value.get<std::string>() : canonical(value);
    // A read says the same secret again and again: it is written when it changed.
    if (x_vault->reveal(handle) != text) x_vault->keep(handle, text);
    const std::string version = sha256_hex(salt() + '\0' + handle + '\0' + text).substr(0, k_version_digits);
    value = {{"$dfx", {{"secret", handle}, {"version", version}}}};
    x_sealed = true;
  }

  std::string salt() const {
    if (auto kept = x_vault->reveal(k_secret_salt)) return std::move(*kept);
    throw Error("plugin.plain-secret", "a secret output cannot be kept", "the vault has no salt for its digest");
  }

  const std::string x_address;
  SecretVault* const x_vault;
  bool x_sealed = false;
};

std::string seal_one(std::string_view text, const Kind& kind, const std::string& address, SecretVault* vault) {
  Json answer = parse_json(text);
  if (!answer.is_object() || !answer.contains("outputs")) return std::string(text);
  const auto own = answer.find("address");
  Sealer sealer(own != answer.end() && own->is_string() ? own->get<std::string>() : address, vault);
  for (const std::string& path : kind.secret_output_paths) sealer.walk(answer["outputs"], path, "");
  return sealer.sealed_something() ? canonical(answer) : std::string(text);
}

}  // namespace

bool answers_in_lines(Function function) {
  switch (function) {
    case Function::expand:
    case Function::plan:
    case Function::read:
    case Function::health: return true;
    case Function::normalize:
    case Function::migrate:
    case Function::apply: return false;
  }
  return false;
}

std::string seal_outputs(std::string response, Function function, const Kind& kind, const std::string& address,
                         SecretVault* vault) {
  if (kind.secret_output_paths.empty() || response.find("\"outputs\"") == std::string::npos) return response;
  if (!answers_in_lines(function)) return seal_one(response, kind, address, vault);
  std::string out;
  each_line(response, [&](std::string_view line) { out += seal_one(line, kind, address, vault) + "\n"; });
  return out;
}

}  // namespace dfx
