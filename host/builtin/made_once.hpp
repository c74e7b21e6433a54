// What the three kinds of the core plugin have in common: an object is made once, by its create, and lives in the
// state alone; to have another one is to replace it.
#pragma once
#include <dfx/sdk.hpp>

#include <memory>
#include <string>
#include <vector>

namespace dfx::host {

using sdk::Json;

// [any]
class MadeOnce : public sdk::Kind {
 public:
  Json describe() const override;
  // What would differ replaces, with a reason; what a default says anyway is no difference.
  void plan(const sdk::Call& call, const Json& batch) const override;
  // What has an identity is there: the state is the only place where it could be.
  void read(const sdk::Call& call, const Json& batch) const override;
  // A create gives the same object again when it is asked again: what it made is a checkpoint before it is an answer.
  Json apply(const sdk::Call& call, const Json& change) const override;

  virtual std::string name() const = 0;
  virtual std::string description() const = 0;
  // Schema of the outputs that an object wanted like this will have.
  virtual Json outputs_of(const Json&) const { return outputs(); }

 protected:
  struct Made {
    Json identity;  // never null
    Json outputs;   // secret parts kept already
  };
  // JSON Schema of the wanted values, without `rotate`.
  virtual Json properties() const = 0;
  virtual std::vector<std::string> required() const { return {}; }
  // Schema of all outputs.
  virtual Json outputs() const = 0;
  virtual Made make(const sdk::Call& call, const Json& desired) const = 0;
};

std::unique_ptr<MadeOnce> make_secret_kind();
std::unique_ptr<MadeOnce> make_keypair_kind();
std::unique_ptr<MadeOnce> make_id_kind();

}  // namespace dfx::host
