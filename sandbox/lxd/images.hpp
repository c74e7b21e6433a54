// Images: the local ones, their aliases, and the catalogues of the simplestreams servers that exist in this world.
#pragma once
#include <string>

#include "sandbox/lxd/context.hpp"

namespace dfx::sandbox::lxd {

// What a simplestreams server has under a name.
struct RemoteImage {
  Json image;           // as it would be stored; null if there is none
  std::string problem;  // the words with which the download fails
};
RemoteImage find_remote(const std::string& server, const std::string& protocol, const std::string& name,
                        const std::string& type);

// A downloaded image on its way into the store; aliases are [{"name", "description"}].
Json cached_copy(const Json& remote, Micros now);
void store_image(Store::Session& session, const std::string& origin, const Json& image, Micros at);

// Null if there is none.
Json image_by_prefix(const Context& context, const std::string& fingerprint);
// Throws Refusal 404 "Image alias not found".
Json image_by_alias(const Context& context, const std::string& alias);
// Throws Refusal 500 "No matching image could be found".
Json image_by_properties(const Context& context, const Json& properties);

Reply images_get(Context&);
Reply images_post(Context&);
Reply image_get(Context&);
Reply image_delete(Context&);
Reply aliases_get(Context&);
Reply aliases_post(Context&);
Reply alias_get(Context&);
Reply alias_delete(Context&);

}  // namespace dfx::sandbox::lxd
