#include "plugins/lxd/merge.hpp"

namespace dfx::lxd {

void merge_texts(Json& there, const Json& before, const Json& wanted) {
  if (!there.is_object()) there = Json::object();
  if (before.is_object())
    for (const auto& [key, value] : before.items())
      if (!wanted.is_object() || !wanted.contains(key)) there.erase(key);
  if (!wanted.is_object()) return;
  for (const auto& [key, value] : wanted.items()) there[key] = value;
}

void merge_devices(Json& there, const Json& before, const Json& wanted) {
  if (!there.is_object()) there = Json::object();
  if (before.is_object())
    for (const auto& [name, device] : before.items())
      if (!wanted.is_object() || !wanted.contains(name)) there.erase(name);
  if (!wanted.is_object()) return;
  for (const auto& [name, device] : wanted.items())
    merge_texts(there[name], object_at(before, name.c_str()), device);
}

}  // namespace dfx::lxd
