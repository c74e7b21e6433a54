#include "sandbox/lxd/config_keys.hpp"
#include "sandbox/lxd/devices.hpp"
#include "sandbox/lxd/go_json.hpp"
#include "sandbox/lxd/handlers.hpp"
#include "sandbox/lxd/update.hpp"
#include "sandbox/lxd/validate.hpp"

namespace dfx::sandbox::lxd {
namespace {

const std::vector<GoField>& fields() {
  static const std::vector<GoField> list = {{"name", GoType::text},
                                            {"description", GoType::text},
                                            {"config", GoType::text_map},
                                            {"devices", GoType::text_map_map}};
  return list;
}

Json users_of(const Context& context, const std::string& profile) {
  Json users = Json::array();
  for (const auto& [name, instance] : context.list("instance")) {
    for (const auto& used : instance["profiles"]) {
      if (used == profile) users.push_back("/1.0/instances/" + name);
    }
  }
  return users;
}

Json render(const Context& context, const std::string& name, const Json& profile) {
  return {{"name", name},
          {"description", profile["description"]},
          {"config", profile["config"]},
          {"devices", profile["devices"]},
          {"used_by", users_of(context, name)}};
}

Json etag_basis(const Json& profile) { return {profile["config"], profile["description"], profile["devices"]}; }

Json load(const Context& context, const std::string& words) {
  auto profile = context.get("profile", context.arguments[0]);
  if (!profile) throw Refusal{404, words + "Profile not found"};
  return *profile;
}

std::string problem_of(const Context& context, const Json& profile) {
  std::string problem = config_problem(profile["config"], InstanceKind::any, false);
  return problem.empty() ? devices_problem(context, InstanceKind::any, profile["devices"], nullptr) : problem;
}

void save(const Context& context, Json profile) {
  if (const std::string problem = problem_of(context, profile); !problem.empty()) throw Refusal{500, problem};
  drop_empty(profile["config"]);
  context.put("profile", context.arguments[0], profile);
}

// `joint`: between the word and the name, which the daemon's two messages do not agree on.
Json change(const Context& context, const char* joint) {
  const Json before = load(context, std::string("Failed to retrieve profile") + joint + quoted(context.arguments[0]) + ": ");
  check_etag(context.request, etag_basis(before));
  return before;
}

void check_name(const std::string& name) {
  if (name.empty()) throw Refusal{400, "No name provided"};
  if (name.find('/') != std::string::npos) throw Refusal{400, "Profile names may not contain slashes"};
  if (name == "." || name == "..") throw Refusal{400, "Invalid profile name " + quoted(name)};
}

}  // namespace

Reply profiles_get(Context& context) {
  const bool whole = context.request.parameter("recursion") == "1";
  Json list = Json::array();
  for (const auto& [name, profile] : context.list("profile")) {
    list.push_back(whole ? render(context, name, profile) : Json("/1.0/profiles/" + name));
  }
  return sync(list);
}

Reply profiles_post(Context& context) {
  const Json body = decode(context.request.body, "ProfilesPost", fields());
  const std::string name = body.value("name", "");
  check_name(name);
  Json profile = {{"config", body.value("config", Json::object())},
                        {"devices", body.value("devices", Json::object())},
                        {"description", body.value("description", "")}};
  if (const std::string problem = problem_of(context, profile); !problem.empty()) throw Refusal{400, problem};
  if (context.get("profile", name)) {
    throw Refusal{500, "Error inserting " + quoted(name) + " into database: The profile already exists"};
  }
  drop_empty(profile["config"]);
  context.put("profile", name, profile);
  return created("/1.0/profiles/" + name);
}

Reply profile_get(Context& context) {
  const Json profile = load(context, "Fetch profile: ");
  return sync_etag(render(context, context.arguments[0], profile), etag_basis(profile));
}

Reply profile_put(Context& context) {
  change(context, " ");
  const Json body = decode(context.request.body, "ProfilePut", fields());
  save(context, {{"config", body.value("config", Json::object())},
                 {"devices", body.value("devices", Json::object())},
                 {"description", body.value("description", "")}});
  return sync_empty();
}

Reply profile_patch(Context& context) {
  Json profile = change(context, "=");
  const Json body = decode(context.request.body, "ProfilePut", fields());
  for (const char* part : {"config", "devices"}) {
    if (body.contains(part)) profile[part].update(body[part]);
  }
  if (body.contains("description")) profile["description"] = body["description"];
  save(context, profile);
  return sync_empty();
}

Reply profile_delete(Context& context) {
  if (context.arguments[0] == "default") throw Refusal{403, "The \"default\" profile cannot be deleted"};
  load(context, "");
  if (!users_of(context, context.arguments[0]).empty()) throw Refusal{500, "Profile is currently in use"};
  context.erase("profile", context.arguments[0]);
  return sync_empty();
}

}  // namespace dfx::sandbox::lxd
