#include "core/plan/compare.hpp"

#include <algorithm>

#include "core/model/encode.hpp"

namespace dfx {
namespace {

std::string escape_pointer(const std::string& key) {
  std::string out;
  for (char c : key) out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  return out;
}

const Json* member(const Json* object, const std::string& key) {
  if (object == nullptr || !object->is_object()) return nullptr;
  const auto found = object->find(key);
  return found == object->end() ? nullptr : &*found;
}

class Comparison {
 public:
  Comparison(const Kind& kind, const std::vector<std::string>& ignore) : x_kind(kind), x_ignore(ignore) {}

  void walk(const std::string& path, const Json& desired, const Json* observed, const Json* applied) {
    if (skipped(path)) return;
    if (desired.is_object() && !is_dfx_node(desired)) {
      for (const auto& [key, value] : desired.items())
        walk(path + "/" + escape_pointer(key), value, member(observed, key), member(applied, key));
      removed_keys(path, desired, observed, applied);
      return;
    }
    leaf(path, desired, observed, applied);
  }

  std::vector<LeafChange> changes;

 private:
  void leaf(const std::string& path, const Json& desired, const Json* observed, const Json* applied) {
    if (contains_unknown(desired)) {
      add(path, observed != nullptr ? observed : applied, desired, LeafChange::Cause::unknown);
      return;
    }
    // What is sealed or write-only cannot be seen on the object: what was sent last speaks for it.
    const bool visible = observed != nullptr && !contains_secret(desired);
    const Json* there = visible ? observed : applied;
    if (there != nullptr && *there == desired) return;
    if (there == nullptr && desired.is_null()) return;
    const bool unedited = applied != nullptr && *applied == desired;
    add(path, there, desired, unedited ? LeafChange::Cause::drift : LeafChange::Cause::config);
  }

  void removed_keys(const std::string& path, const Json& desired, const Json* observed, const Json* applied) {
    if (applied == nullptr || !applied->is_object() || is_dfx_node(*applied)) return;
    for (const auto& [key, value] : applied->items()) {
      const std::string at = path + "/" + escape_pointer(key);
      if (desired.contains(key) || value.is_null() || skipped(at)) continue;
      // A managed field that is unset is shown as null; one that is not shown at all is write-only.
      const Json* seen = member(observed, key);
      if (seen != nullptr && seen->is_null()) continue;
      add(at, seen != nullptr ? seen : &value, nullptr, LeafChange::Cause::config);
    }
  }

  bool skipped(const std::string& path) const {
    const auto covered = [&](const std::string& pattern) { return covers(pattern, path); };
    return std::any_of(x_kind.create_only_paths.begin(), x_kind.create_only_paths.end(), covered) ||
           std::any_of(x_ignore.begin(), x_ignore.end(), covered);
  }

  void add(const std::string& path, const Json* before, const Json& after, LeafChange::Cause cause) {
    const bool immutable = std::any_of(x_kind.immutable_paths.begin(), x_kind.immutable_paths.end(),
                                       [&](const std::string& p) { return covers(p, path) || covers(path, p); });
    changes.push_back({path, shown(path, before), shown(path, &after), cause, immutable});
  }

  // What a sensitive field holds is nobody's business, even if a plugin shows it.
  Json shown(const std::string& path, const Json* before) const {
    if (before == nullptr || before->is_null()) return nullptr;
    const bool secret = std::any_of(x_kind.secret_paths.begin(), x_kind.secret_paths.end(),
                                    [&](const std::string& p) { return covers(p, path) || covers(path, p); });
    if (secret && !contains_secret(*before) && !contains_unknown(*before)) return {{"$dfx", {{"secret", ""}}}};
    return *before;
  }

  const Kind& x_kind;
  const std::vector<std::string>& x_ignore;
};

}  // namespace

bool covers(std::string_view pattern, std::string_view path) {
  while (!pattern.empty()) {
    if (path.empty()) return false;
    const std::size_t pattern_end = std::min(pattern.find('/', 1), pattern.size());
    const std::size_t path_end = std::min(path.find('/', 1), path.size());
    if (pattern.substr(0, pattern_end) != "/*" && pattern.substr(0, pattern_end) != path.substr(0, path_end)) return false;
    pattern.remove_prefix(pattern_end);
    path.remove_prefix(path_end);
  }
  return true;
}

std::vector<LeafChange> compare(const Kind& kind, const Json& desired, const Json* observed, const Json* applied,
                                const std::vector<std::string>& ignore) {
  Comparison comparison(kind, ignore);
  comparison.walk("", desired, observed, applied);
  return std::move(comparison.changes);
}

}  // namespace dfx
