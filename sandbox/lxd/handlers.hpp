// Handlers of everything but instances, images and operations, and what a new daemon starts with.
#pragma once
#include <string>

#include "sandbox/lxd/context.hpp"

namespace dfx::sandbox::lxd {

Reply root_get(Context&);
Reply server_get(Context&);
Reply server_patch(Context&);
Reply server_put(Context&);
Reply resources_get(Context&);
Reply cluster_get(Context&);
Reply projects_get(Context&);
Reply project_get(Context&);
Reply cluster_members_get(Context&);
Reply warnings_get(Context&);
Reply warning_get(Context&);

Reply certificates_get(Context&);
Reply certificates_post(Context&);
Reply certificate_get(Context&);
Reply certificate_put(Context&);
Reply certificate_patch(Context&);
Reply certificate_delete(Context&);

Reply profiles_get(Context&);
Reply profiles_post(Context&);
Reply profile_get(Context&);
Reply profile_put(Context&);
Reply profile_patch(Context&);
Reply profile_delete(Context&);

Reply networks_get(Context&);
Reply networks_post(Context&);
Reply network_get(Context&);
Reply network_put(Context&);
Reply network_patch(Context&);
Reply network_delete(Context&);
Reply network_leases_get(Context&);

Reply pools_get(Context&);
Reply pools_post(Context&);
Reply pool_get(Context&);
Reply pool_delete(Context&);
Reply pool_resources_get(Context&);
Reply volumes_get(Context&);
Reply volumes_post(Context&);
Reply volume_get(Context&);
Reply volume_put(Context&);
Reply volume_patch(Context&);
Reply volume_delete(Context&);

// The objects of a freshly initialised daemon: pool, network, default profile, trust password.
void make_new_daemon(Store::Session& session, const std::string& origin);

// Who uses a profile, network or volume: URLs of instances and profiles whose devices satisfy `uses`.
Json used_by(const Context& context, const std::function<bool(const Json& device)>& uses);

// A certificate that is trusted as a client; one that is there already stays.
void add_certificate(Store::Session& session, const std::string& origin, const std::string& der,
                     const std::string& name);
// A one-use token as `lxc config trust add` prints it; `address` is what clients reach.
std::string add_trust_token(Store::Session& session, const std::string& origin, const std::string& name, Micros now);

}  // namespace dfx::sandbox::lxd
