#include "sandbox/lxd/routes.hpp"

#include "core/util/digest.hpp"
#include "sandbox/lxd/events.hpp"
#include "sandbox/lxd/handlers.hpp"
#include "sandbox/lxd/images.hpp"
#include "sandbox/lxd/instances.hpp"
#include "sandbox/lxd/operations.hpp"
#include "sandbox/lxd/percent.hpp"
#include "sandbox/lxd/validate.hpp"

namespace dfx::sandbox::lxd {
namespace {

using Method = Reply (*)(Context&);

// How a route speaks of a project that does not exist.
enum class Project { ignored, profile, network, image, volume, event };

struct Route {
  const char* path;  // below /1.0; {} takes one part, {*} the rest
  std::map<std::string, Method> methods;
  std::string open;  // the method that strangers may use
  Project project = Project::ignored;
};

const std::vector<Route>& routes() {
  static const std::vector<Route> list = {
      {"", {{"GET", server_get}, {"PUT", server_put}, {"PATCH", server_patch}}, "GET"},
      {"/resources", {{"GET", resources_get}}, ""},
      {"/cluster", {{"GET", cluster_get}}, ""},
      {"/cluster/members", {{"GET", cluster_members_get}}, ""},
      {"/cluster/members/{}", {{"GET", cluster_members_get}}, ""},
      {"/projects", {{"GET", projects_get}}, ""},
      {"/projects/{}", {{"GET", project_get}}, ""},
      {"/warnings", {{"GET", warnings_get}}, ""},
      {"/warnings/{}", {{"GET", warning_get}}, ""},
      {"/events", {{"GET", events_get}}, "", Project::event},
      {"/certificates", {{"GET", certificates_get}, {"POST", certificates_post}}, "POST"},
      {"/certificates/{}",
       {{"GET", certificate_get}, {"PUT", certificate_put}, {"PATCH", certificate_patch}, {"DELETE", certificate_delete}},
       ""},
      {"/operations", {{"GET", operations_get}}, ""},
      {"/operations/{}", {{"GET", operation_get}, {"DELETE", operation_delete}}, ""},
      {"/operations/{}/wait", {{"GET", operation_wait}}, "GET"},
      {"/images", {{"GET", images_get}, {"POST", images_post}}, "GET", Project::image},
      {"/images/aliases", {{"GET", aliases_get}, {"POST", aliases_post}}, "GET", Project::image},
      {"/images/aliases/{*}", {{"GET", alias_get}, {"DELETE", alias_delete}}, "GET", Project::image},
      {"/images/{}", {{"GET", image_get}, {"DELETE", image_delete}}, "GET", Project::image},
      {"/profiles", {{"GET", profiles_get}, {"POST", profiles_post}}, "", Project::profile},
      {"/profiles/{}",
       {{"GET", profile_get}, {"PUT", profile_put}, {"PATCH", profile_patch}, {"DELETE", profile_delete}},
       "",
       Project::profile},
      {"/networks", {{"GET", networks_get}, {"POST", networks_post}}, "", Project::network},
      {"/networks/{}",
       {{"GET", network_get}, {"PUT", network_put}, {"PATCH", network_patch}, {"DELETE", network_delete}},
       "",
       Project::network},
      {"/networks/{}/leases", {{"GET", network_leases_get}}, "", Project::network},
      {"/storage-pools", {{"GET", pools_get}, {"POST", pools_post}}, ""},
      {"/storage-pools/{}", {{"GET", pool_get}, {"DELETE", pool_delete}}, ""},
      {"/storage-pools/{}/resources", {{"GET", pool_resources_get}}, ""},
      {"/storage-pools/{}/volumes", {{"GET", volumes_get}, {"POST", volumes_post}}, "", Project::volume},
      {"/storage-pools/{}/volumes/{}", {{"GET", volumes_get}, {"POST", volumes_post}}, "", Project::volume},
      {"/storage-pools/{}/volumes/{}/{}",
       {{"GET", volume_get}, {"PUT", volume_put}, {"PATCH", volume_patch}, {"DELETE", volume_delete}},
       "",
       Project::volume},
      {"/instances", {{"GET", instances_get}, {"POST", instances_post}}, ""},
      {"/instances/{}",
       {{"GET", instance_get},
        {"PUT", instance_put},
        {"PATCH", instance_patch},
        {"POST", instance_post},
        {"DELETE", instance_delete}},
       ""},
      {"/instances/{}/state", {{"GET", instance_state_get}, {"PUT", instance_state_put}}, ""},
      {"/instances/{}/snapshots", {{"GET", instance_none_get}}, ""},
      {"/instances/{}/backups", {{"GET", instance_none_get}}, ""},
      {"/instances/{}/exec", {{"POST", instance_exec}}, ""},
      {"/instances/{}/files",
       {{"GET", instance_files}, {"HEAD", instance_files}, {"POST", instance_files}, {"DELETE", instance_files}},
       ""},
      {"/instances/{}/console", {{"GET", instance_console_get}}, ""},
      {"/instances/{}/logs", {{"GET", instance_logs_get}}, ""},
      {"/instances/{}/logs/{}", {{"GET", instance_log_get}, {"DELETE", instance_log_delete}}, ""},
  };
  return list;
}

// The part up to the next slash, taken off `text`, which starts with one.
std::string_view take_part(std::string_view& text) {
  text.remove_prefix(1);
  const std::size_t end = std::min(text.find('/'), text.size());
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(end);
  return part;
}

bool fits(std::string_view pattern, std::string_view path, std::vector<std::string>& arguments) {
  arguments.clear();
  while (!pattern.empty() && !path.empty()) {
    const std::string_view before = path;
    const std::string_view wanted = take_part(pattern);
    const std::string_view part = take_part(path);
    if (wanted == "{*}") {
      arguments.push_back(percent_decoded(before.substr(1)));
      return before.size() > 1;
    }
    if (wanted != "{}" && wanted != part) return false;
    if (part.empty()) return false;
    if (wanted == "{}") arguments.push_back(percent_decoded(part));
  }
  return pattern.empty() && path.empty();
}

const Route* find_route(std::string_view path, std::vector<std::string>& arguments) {
  static constexpr std::string_view prefix = "/1.0";
  if (path.substr(0, prefix.size()) != prefix) return nullptr;
  path.remove_prefix(prefix.size());
  if (!path.empty() && path.front() != '/') return nullptr;
  for (const Route& route : routes()) {
    if (fits(route.path, path, arguments)) return &route;
  }
  return nullptr;
}

void check_project(const Request& request, Project place) {
  const std::string project = request.parameter("project");
  if (project.empty() || project == "default") return;
  const std::string lost = "Project not found";
  if (place == Project::profile) throw Refusal{404, "Failed loading project " + quoted(project) + ": " + lost};
  if (place == Project::network || place == Project::volume) {
    throw Refusal{404, "Failed to load project " + quoted(project) + ": " + lost};
  }
  if (place == Project::image) throw Refusal{404, "Check if project has images: fetch project: " + lost};
  if (place == Project::event) throw Refusal{500, lost};
}

Reply run(Context& context) {
  if (context.request.path == "/") return root_get(context);
  const Route* route = find_route(context.request.path, context.arguments);
  if (route == nullptr) throw Refusal{404, "not found"};
  if (!context.trusted && route->open != context.request.method) throw Refusal{403, "not authorized"};
  const auto method = route->methods.find(context.request.method);
  if (method == route->methods.end()) throw Refusal{501, "not implemented"};  // the daemon's words for a method that a path does not have
  check_project(context.request, route->project);
  return method->second(context);
}

bool is_trusted(Store::Session& session, const Request& request) {
  if (request.local) return true;
  return !request.client_der.empty() &&
         session.get(request.origin, "certificate", sha256_hex(request.client_der)).has_value();
}

}  // namespace

bool only_reads(const Request& request) { return request.method == "GET" || request.method == "HEAD"; }

Reply dispatch(Store::Session& session, const Request& request, const Faults& faults, const RequestFault& fault,
               Micros now) {
  if (fault.status != 0) return error(fault.status, fault.message);
  Context context{session, request, faults, fault, now, is_trusted(session, request), {}};
  try {
    return run(context);
  } catch (const Refusal& refusal) {
    return error(refusal.status, refusal.message);
  }
}

}  // namespace dfx::sandbox::lxd
