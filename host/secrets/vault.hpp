// Values behind secret handles: sealed ones in a store, those of the stack file from where it says.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/model/call.hpp"
#include "host/secrets/age.hpp"
#include "host/secrets/redactor.hpp"

namespace dfx::host {

// Where sealed texts are kept. Every call from any thread; failures of the medium throw Error.
struct SealedStore {
  virtual ~SealedStore() = default;
  virtual std::optional<std::string> get(const std::string& handle) = 0;
  virtual void put(const std::string& handle, const std::string& sealed) = 0;
};

// [any]
class SealedVault : public SecretVault {
 public:
  // Seals for `identity` and for each further recipient ("age1..."). `store` is borrowed.
  SealedVault(SealedStore& store, AgeIdentity identity, std::vector<std::string> recipients = {});
  ~SealedVault() override;

  // Binds a handle to something outside the store (an environment variable, a file ...). Asked once, at the first
  // reveal, without any lock held; what it throws comes out of reveal.
  void bind(const std::string& handle, std::function<std::string()> load);
  // The same for a value that is made once and kept sealed under its handle.
  void bind_generated(const std::string& handle, std::function<std::string()> make);

  // Throws Error "age.*" if the sealed text is damaged or not for this identity.
  std::optional<std::string> reveal(const std::string& handle) override;
  // Durable when it returns, if the store is.
  void keep(const std::string& handle, const std::string& value) override;
  std::string redact(std::string text) const override { return x_redactor.redact(std::move(text)); }

 private:
  struct Source {
    std::function<std::string()> load;
    bool kept = false;
    std::mutex once;
  };
  std::optional<std::string> cached(const std::string& handle);
  std::string remember(const std::string& handle, std::string value);
  std::optional<std::string> unseal(const std::string& handle);
  std::shared_ptr<Source> find_source(const std::string& handle);

  SealedStore& x_store;
  AgeIdentity x_identity;
  std::vector<std::string> x_recipients;
  std::mutex x_mutex;
  std::map<std::string, std::string> x_open;
  std::map<std::string, std::shared_ptr<Source>> x_sources;  // shared: a load runs without the lock
  Redactor x_redactor;
};

}  // namespace dfx::host
