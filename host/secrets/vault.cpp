#include "host/secrets/vault.hpp"

#include <utility>

#include "host/secrets/crypto.hpp"

namespace dfx::host {

SealedVault::SealedVault(SealedStore& store, AgeIdentity identity, std::vector<std::string> recipients)
    : x_store(store), x_identity(std::move(identity)), x_recipients(std::move(recipients)) {
  x_recipients.insert(x_recipients.begin(), x_identity.recipient());
}

SealedVault::~SealedVault() {
  for (auto& [handle, value] : x_open) wipe(value);
}

void SealedVault::bind(const std::string& handle, std::function<std::string()> load) {
  auto source = std::make_shared<Source>();
  source->load = std::move(load);
  const std::lock_guard lock(x_mutex);
  x_sources[handle] = std::move(source);
}

void SealedVault::bind_generated(const std::string& handle, std::function<std::string()> make) {
  auto source = std::make_shared<Source>();
  source->load = std::move(make);
  source->kept = true;
  const std::lock_guard lock(x_mutex);
  x_sources[handle] = std::move(source);
}

std::optional<std::string> SealedVault::cached(const std::string& handle) {
  const std::lock_guard lock(x_mutex);
  const auto it = x_open.find(handle);
  if (it == x_open.end()) return std::nullopt;
  return it->second;
}

std::string SealedVault::remember(const std::string& handle, std::string value) {
  x_redactor.add(value);
  const std::lock_guard lock(x_mutex);
  std::string& place = x_open[handle];
  wipe(place);
  place = value;
  return value;
}

std::optional<std::string> SealedVault::unseal(const std::string& handle) {
  const auto sealed = x_store.get(handle);
  if (!sealed) return std::nullopt;
  return remember(handle, age_decrypt(age_dearmor(*sealed), {x_identity}));
}

std::shared_ptr<SealedVault::Source> SealedVault::find_source(const std::string& handle) {
  const std::lock_guard lock(x_mutex);
  const auto it = x_sources.find(handle);
  return it == x_sources.end() ? nullptr : it->second;
}

std::optional<std::string> SealedVault::reveal(const std::string& handle) {
  if (auto value = cached(handle)) return value;
  const std::shared_ptr<Source> source = find_source(handle);
  if (source == nullptr) return unseal(handle);
  const std::lock_guard once(source->once);
  if (auto value = cached(handle)) return value;
  if (!source->kept) return remember(handle, source->load());
  if (auto value = unseal(handle)) return value;
  std::string made = source->load();
  keep(handle, made);
  return made;
}

void SealedVault::keep(const std::string& handle, const std::string& value) {
  x_redactor.add(value);
  x_store.put(handle, age_armor(age_encrypt(value, x_recipients)));
  remember(handle, value);
}

}  // namespace dfx::host
