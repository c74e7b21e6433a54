// Outputs by address, and the evaluation of what refers to them.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/model/json.hpp"

namespace dfx {

// Outputs as far as they are known. Parsed once, on first use. [one thread]
class Values {
 public:
  // `text` gives the outputs of an address as JSON, or nothing while they are unknown.
  explicit Values(std::function<std::optional<std::string>(const std::string& address)> text) : x_text(std::move(text)) {}

  // `json` with its references replaced; what is not known becomes an unknown node. Text without nodes is parsed only.
  Json evaluate(std::string_view json);
  // The same as text; equal to the input if nothing in it refers to anything. Nothing if an unknown remains.
  std::optional<std::string> evaluate_known(const std::string& json);
  // The outputs of this address have changed.
  void forget(const std::string& address) { x_parsed.erase(address); }

 private:
  Json reference(const std::string& address, const std::string& path);

  std::function<std::optional<std::string>(const std::string&)> x_text;
  std::unordered_map<std::string, Json> x_parsed;
};

// Does the text hold any `$dfx` node?
inline bool has_nodes(std::string_view json) { return json.find("\"$dfx\"") != std::string_view::npos; }

}  // namespace dfx
