#include "cli/wiring/secrets.hpp"

#include <map>
#include <mutex>
#include <optional>
#include <set>

#include "core/model/secret_salt.hpp"
#include "core/util/hex.hpp"
#include "host/secrets/crypto.hpp"
#include "host/secrets/generate.hpp"
#include "host/secrets/identity.hpp"
#include "host/secrets/sources.hpp"

namespace dfx {
namespace {

constexpr std::size_t k_sandbox_length = 32;
constexpr std::size_t k_salt_bytes = 32;
constexpr std::chrono::seconds k_command_timeout{60};

class StoreSeals final : public host::SealedStore {
 public:
  StoreSeals(Store* store, bool writes) : x_store(store), x_writes(writes && store != nullptr) {}
  std::optional<std::string> get(const std::string& handle) override {
    {
      const std::lock_guard lock(x_mutex);
      if (const auto found = x_memory.find(handle); found != x_memory.end()) return found->second;
    }
    return x_store != nullptr ? x_store->sealed(handle) : std::nullopt;
  }
  void put(const std::string& handle, const std::string& sealed) override {
    if (x_writes) {
      x_store->put_sealed(handle, sealed);
      return;
    }
    const std::lock_guard lock(x_mutex);
    x_memory[handle] = sealed;
  }

 private:
  Store* x_store;
  bool x_writes;
  std::mutex x_mutex;
  std::map<std::string, std::string> x_memory;
};

std::vector<std::string> recipients_of(const Stack& stack) {
  return stack.recipients.is_array() ? stack.recipients.get<std::vector<std::string>>() : std::vector<std::string>();
}

// Whoever only looks makes no key, and nobody makes a second one while something is sealed for the first.
host::AgeIdentity identity_of(const std::filesystem::path& file, Store* store, bool writes) {
  if (auto found = host::find_identity(file)) return *found;
  if (store != nullptr && store->holds_sealed())
    throw Error("identity.lost", "the workspace's identity file is gone", file.string() + ": the state holds values that are sealed for it",
                "restore it from a backup: what is sealed cannot be opened without it");
  return writes ? host::open_identity(file) : host::AgeIdentity::generate();
}

// "stack/token" -> the digest that a node in one of the rows has.
void collect_versions(const Json& value, std::map<std::string, std::string>& out) {
  if (!value.is_structured()) return;
  const auto secret = value.find("secret"), version = value.find("version");
  if (value.is_object() && secret != value.end() && version != value.end() && secret->is_string() && version->is_string()) out[*secret] = *version;
  for (const Json& inner : value) collect_versions(inner, out);
}

std::map<std::string, std::string> recorded_versions(Store* store) {
  std::map<std::string, std::string> out;
  if (store == nullptr) return out;
  for (const Record& row : store->load())
    if (row.applied_text().find("\"stack/") != std::string::npos) collect_versions(parse_json(row.applied_text()), out);
  return out;
}

}  // namespace

struct StackSecrets::Impl {
  Impl(const Stack& stack, const std::filesystem::path& folder, Store* store, bool writes)
      : rows(store), seals(store, writes), vault(seals, identity_of(folder / ".dfx" / "identity", store, writes), recipients_of(stack)) {
    vault.bind_generated(k_secret_salt, [] { return random_hex(k_salt_bytes); });
  }

  void bind(const SecretSource& secret, bool sandbox, const std::filesystem::path& folder) {
    const std::string handle = "stack/" + secret.name;
    if (!sandbox && secret.type == "command") commands.insert(handle);
    if (sandbox) {
      vault.bind_generated(handle, [] { return host::random_text(k_sandbox_length, host::k_default_charset); });
    } else if (secret.type == "env") {
      vault.bind(handle, [secret] { return host::secret_from_env(secret.name, secret.source.get<std::string>()); });
    } else if (secret.type == "file") {
      vault.bind(handle, [this, secret, folder] {
        const std::lock_guard lock(mutex);
        return host::secret_from_file(secret.name, secret.source.get<std::string>(), folder, warnings);
      });
    } else if (secret.type == "command") {
      vault.bind(handle, [secret, folder] {
        return host::secret_from_command(secret.name, secret.source.get<std::vector<std::string>>(), folder, k_command_timeout);
      });
    } else {
      const std::size_t length = secret.source.value("length", k_sandbox_length);
      vault.bind_generated(handle, [length] { return host::random_text(length, host::k_default_charset); });
    }
  }

  const std::string& recorded(const std::string& secret) {
    const std::lock_guard lock(mutex);
    if (!versions) versions = recorded_versions(rows);
    return (*versions)[secret];
  }

  Store* rows;
  StoreSeals seals;
  host::SealedVault vault;
  std::set<std::string> commands;  // handles
  std::mutex mutex;                // guards what follows
  std::optional<std::map<std::string, std::string>> versions;
  Diagnostics warnings;
};

StackSecrets::StackSecrets(const Stack& stack, const std::filesystem::path& folder, Store* store, bool writes)
    : x_impl(std::make_unique<Impl>(stack, folder, store, writes)) {
  for (const SecretSource& secret : stack.secrets) x_impl->bind(secret, stack.sandbox, folder);
}

StackSecrets::~StackSecrets() = default;

SecretVault& StackSecrets::vault() { return x_impl->vault; }

Diagnostics StackSecrets::warnings() const {
  const std::lock_guard lock(x_impl->mutex);
  return x_impl->warnings;
}

void StackSecrets::run_no_commands() {
  for (const std::string& handle : x_impl->commands)
    x_impl->vault.bind(handle, [handle]() -> std::string {
      throw Error("secret.missing", "a secret has no value", "secret `" + handle.substr(handle.find('/') + 1) + "` is told by a command, and none is run for a look",
                  "`dfx plan` runs it");
    });
}

std::string StackSecrets::version_or_recorded(const std::string& secret) {
  try {
    return version(secret);
  } catch (const Error&) {
    return x_impl->recorded(secret);
  }
}

std::string StackSecrets::version(const std::string& secret) {
  auto value = x_impl->vault.reveal(secret);
  if (!value) throw Error("secret.missing", "a secret is not there", secret, "declare it under `secrets:`");
  const std::string salt = x_impl->vault.reveal(k_secret_salt).value();
  const host::Bytes key(salt.begin(), salt.end());
  const host::Bytes digest = host::hmac_sha256(key, *value);
  host::wipe(*value);
  std::string out;
  for (std::size_t i = 0; i < 6; ++i) {
    out += "0123456789abcdef"[digest[i] >> 4];
    out += "0123456789abcdef"[digest[i] & 15];
  }
  return out;
}

}  // namespace dfx
