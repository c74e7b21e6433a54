// Which component gives what to which, and in which order they expand.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "core/config/stack.hpp"
#include "core/engine/engine.hpp"

namespace dfx {

// capability -> component that provides it, for one component; optional needs that nobody meets are left out.
using Uses = std::map<std::string, std::string>;

struct Bindings {
  std::map<std::string, Uses> uses;           // by component
  std::vector<const Component*> order;        // enabled ones, providers first
};

// `settings`: typed, by component. Problems (no provider, several, disabled, rings) go to `problems` with their place.
Bindings bind_components(const Stack& stack, const std::map<std::string, Json>& settings,
              const std::map<std::string, const Manifest*>& manifests,
              const std::vector<const Manifest*>& installed, Diagnostics& problems);

}  // namespace dfx
