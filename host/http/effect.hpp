// What a request may do to the world: decided here, not by the plugin.
#pragma once
#include <string>
#include <vector>

#include "core/model/call.hpp"
#include "host/http/url.hpp"

namespace dfx::host {

enum class RequestEffect { read, dry_run, write };
const char* to_string(RequestEffect);

// GET and HEAD read; a request that matches a rule is a dry run; all else writes.
RequestEffect classify(const std::string& method, const Url& url, const std::vector<DryRunRule>* rules);

// Whether a call with effect `allowed` may make such a request.
bool permits(Effect allowed, RequestEffect request);

}  // namespace dfx::host
