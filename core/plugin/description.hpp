// What a loaded plugin says about itself, and whether that is what stands beside it.
#pragma once
#include <dfx/plugin.h>

#include <string>

#include "core/model/json.hpp"

namespace dfx {

// Asks `describe`. Throws Error "plugin.describe-failed" or "plugin.bad-manifest"; `where` is the place in messages.
Json describe_plugin(const dfx_plugin& entry, const std::string& where);

// Throws Error "plugin.manifest-differs", naming the first difference, if `said` is not what the file says.
void check_description(const Json& said, const Json& file, const std::string& where);

// Calls `create`. Throws Error "plugin.create-failed" or "plugin.bad-provider". The caller owns the provider.
const dfx_provider& create_provider(const dfx_plugin& entry, const dfx_host* host, const std::string& where);

// The manifest of a plugin that is linked into dfx. Throws Error likewise.
Json builtin_manifest(const dfx_plugin& entry);

}  // namespace dfx
