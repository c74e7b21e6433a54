#include "core/engine/places.hpp"

namespace dfx {
namespace {

const Resource* resource_at(const Plan& plan, const std::string& address) {
  const auto found = plan.index.find(address);
  return found == plan.index.end() ? nullptr : plan.resource(plan.entries[found->second]);
}

}  // namespace

void locate(Diagnostic& problem, const Plan& plan, const Stack& stack) {
  if (problem.place.known() || problem.address.empty()) return;
  const Component* component = stack.find_component(problem.address.substr(0, problem.address.find('/')));
  if (component == nullptr) return;
  const Resource* resource = resource_at(plan, problem.address);
  // A path leads into what the plugin made of the setting; where both have the same form, to the very line.
  if (resource != nullptr && !resource->setting.empty())
    problem.place = place_at(component->settings, resource->setting + problem.path);
  if (!problem.place.known()) problem.place = component->place;
}

void locate(Diagnostics& problems, const Plan& plan, const Stack& stack) {
  Diagnostics out;
  for (Diagnostic d : problems.list()) {
    locate(d, plan, stack);
    out.add(std::move(d));
  }
  problems = std::move(out);
}

}  // namespace dfx
