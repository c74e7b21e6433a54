// Instances: the stored record, its views, and its handlers.
//
// A record holds what the API shows (name, type, config, devices, profiles, ...) and under "sim" what only the
// simulator knows: power, started_at, busy {action, until}, address_at, cloud_init_at, files, ...
#pragma once
#include <string>

#include "sandbox/lxd/context.hpp"

namespace dfx::sandbox::lxd {

// Throws Refusal 404 "Instance not found".
Json load_instance(const Context& context, const std::string& name);

// Profiles, in their order, then the instance itself.
Json expanded_config(const Context& context, const Json& instance);
Json expanded_devices(const Context& context, const Json& instance);

bool is_running(const Json& instance);  // frozen counts
bool is_virtual_machine(const Json& instance);
// What another action is doing at `now`: "create", ... or empty.
std::string busy_with(const Json& instance, Micros now);
void set_busy(Json& instance, const char* action, Micros until);

// The instance as GET shows it.
Json render_instance(const Context& context, const Json& instance);
// What the ETag covers.
Json etag_basis(const Context& context, const Json& instance);

// The resources map of an operation on an instance.
Json instance_resources(const Json& instance);

Reply instances_get(Context&);
Reply instances_post(Context&);
Reply instance_get(Context&);
Reply instance_put(Context&);
Reply instance_patch(Context&);
Reply instance_post(Context&);
Reply instance_delete(Context&);
Reply instance_none_get(Context&);  // snapshots and backups: a simulated instance has none
Reply instance_state_get(Context&);
Reply instance_state_put(Context&);
Reply instance_exec(Context&);
Reply instance_files(Context&);
Reply instance_console_get(Context&);
Reply instance_logs_get(Context&);
Reply instance_log_get(Context&);
Reply instance_log_delete(Context&);

}  // namespace dfx::sandbox::lxd
