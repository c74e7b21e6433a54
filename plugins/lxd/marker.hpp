// Whose an object is: keys under user.dfx. that dfx writes on everything that it makes.
#pragma once
#include <dfx/sdk.hpp>

#include <string>

#include "plugins/lxd/json.hpp"

namespace dfx::lxd {

inline constexpr const char* k_marker_stack = "user.dfx.stack";
inline constexpr const char* k_marker_environment = "user.dfx.environment";
inline constexpr const char* k_marker_address = "user.dfx.address";
inline constexpr const char* k_marker_generation = "user.dfx.generation";
inline constexpr const char* k_marker_operation = "user.dfx.operation";

// Writes the marker of an apply's request into an object's config.
void write_marker(Json& config, const Json& marker);

// Does the object belong to whoever makes this apply?
bool carries_marker(const Json& config, const Json& marker);

// Adds "owner", "marker" and "operation" to a line of a read's answer. `batch` is the read's request, `item`
// its question: an object whose address has moved stays ours as long as a record knows it.
void judge_owner(Json& line, const Json& config, const Json& batch, const Json& item);

// Throws a conflict unless the object is ours. `what`: "instance cp-a".
void require_ours(const Json& config, const Json& marker, const std::string& host, const std::string& what);
// The same for a change: an object without any marker is one that the core was told to take over.
void require_ours_or_unmarked(const Json& config, const Json& marker, const std::string& host,
                              const std::string& what);

}  // namespace dfx::lxd
