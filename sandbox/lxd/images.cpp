#include "sandbox/lxd/images.hpp"

#include "sandbox/lxd/filter.hpp"
#include "sandbox/lxd/events.hpp"
#include "sandbox/lxd/go_json.hpp"
#include "sandbox/lxd/operations.hpp"
#include "sandbox/lxd/validate.hpp"

namespace dfx::sandbox::lxd {
namespace {

const std::vector<GoField>& alias_fields() {
  static const std::vector<GoField> fields = {{"name", GoType::text}, {"description", GoType::text}};
  return fields;
}

const std::vector<GoField>& post_fields() {
  static const std::vector<GoField> source = {
      {"type", GoType::text},     {"mode", GoType::text},       {"server", GoType::text},
      {"protocol", GoType::text}, {"alias", GoType::text},      {"fingerprint", GoType::text},
      {"image_type", GoType::text}, {"secret", GoType::text},   {"certificate", GoType::text}};
  static const std::vector<GoField> fields = {
      {"source", GoType::structure, "api.ImagesPostSource", &source},
      {"aliases", GoType::structures, "api.ImageAlias", &alias_fields()},
      {"public", GoType::boolean},
      {"auto_update", GoType::boolean},
      {"properties", GoType::text_map},
      {"filename", GoType::text}};
  return fields;
}

Json render_image(const Context& context, const Json& image) {
  Json shown = image;
  shown.erase("sim");
  for (const char* time : {"created_at", "uploaded_at", "last_used_at", "expires_at"}) {
    shown[time] = timestamp(image.value(time, Micros{0}));
  }
  shown["aliases"] = Json::array();
  for (const auto& [name, alias] : context.list("alias")) {
    if (alias["target"] != image["fingerprint"]) continue;
    shown["aliases"].push_back({{"name", name}, {"description", alias["description"]}});
  }
  return shown;
}

Json render_alias(const Context& context, const std::string& name, const Json& alias) {
  const auto image = context.get("image", alias["target"]);
  return {{"name", name}, {"description", alias["description"]}, {"target", alias["target"]},
          {"type", image ? (*image)["type"] : Json("container")}};
}

Json etag_basis(const Json& image) { return {image["public"], image["auto_update"], image["properties"]}; }

// Strangers see public images only.
bool visible(const Context& context, const Json& image) { return context.trusted || image["public"].get<bool>(); }

Json load(const Context& context, const std::string& fingerprint) {
  Json image = image_by_prefix(context, fingerprint);
  if (image.is_null() || !visible(context, image)) throw Refusal{404, "Image not found"};
  return image;
}

std::optional<Json> visible_alias(const Context& context, const std::string& name) {
  auto alias = context.get("alias", name);
  if (!alias || context.trusted) return alias;
  const auto image = context.get("image", (*alias)["target"]);
  return image && visible(context, *image) ? alias : std::nullopt;
}

std::string alias_problem(const Context& context, const Json& aliases) {
  for (const auto& alias : aliases) {
    if (context.get("alias", alias.value("name", ""))) {
      return "Alias already exists: " + alias["name"].get<std::string>();
    }
  }
  return {};
}

std::string disk_full_on_download(const Json& image) {
  return "write /var/lib/lxd/images/lxd_" + image["fingerprint"].get<std::string>().substr(0, 12) +
         ": no space left on device";
}

}  // namespace

Json cached_copy(const Json& remote, Micros now) {
  Json image = remote;
  image["created_at"] = now - 86400 * k_second;
  image["uploaded_at"] = now;
  return image;
}

void store_image(Store::Session& session, const std::string& origin, const Json& image, Micros at) {
  const std::string fingerprint = image["fingerprint"];
  Json stored = image;
  stored["sim"].erase("aliases");
  if (!session.get(origin, "image", fingerprint)) {
    session.put(origin, "image", fingerprint, stored);
    send_lifecycle_event(session, origin, "image-created", "/1.0/images/" + fingerprint, at);
  }
  for (const auto& alias : image["sim"]["aliases"]) {
    session.put(origin, "alias", alias["name"],
                {{"target", fingerprint}, {"description", alias.value("description", "")}});
  }
}

Json image_by_prefix(const Context& context, const std::string& fingerprint) {
  if (const auto exact = context.get("image", fingerprint)) return *exact;
  for (const auto& [name, image] : context.list("image")) {
    if (!fingerprint.empty() && name.compare(0, fingerprint.size(), fingerprint) == 0) return image;
  }
  return nullptr;
}

Json image_by_alias(const Context& context, const std::string& alias) {
  const auto found = context.get("alias", alias);
  if (!found) throw Refusal{404, "Image alias not found"};
  return image_by_prefix(context, (*found)["target"]);
}

Json image_by_properties(const Context& context, const Json& properties) {
  for (const auto& [name, image] : context.list("image")) {
    bool fits = true;
    for (const auto& [key, value] : properties.items()) fits = fits && image["properties"].value(key, "") == value;
    if (fits) return image;
  }
  throw Refusal{500, "No matching image could be found"};
}

Reply images_get(Context& context) {
  const bool whole = context.request.parameter("recursion") == "1";
  const auto clauses = parse_filter(context.request.parameter("filter"));
  Json list = Json::array();
  for (const auto& [fingerprint, image] : context.list("image")) {
    if (!visible(context, image)) continue;
    const Json shown = render_image(context, image);
    if (matches(shown, clauses)) list.push_back(whole ? shown : Json("/1.0/images/" + fingerprint));
  }
  return sync(list);
}

Reply images_post(Context& context) {
  if (context.request.header("content-type") == "application/octet-stream") {
    throw Refusal{501, "The simulator does not take image files"};
  }
  const Json body = decode(context.request.body, "ImagesPost", post_fields());
  const Json source = body.value("source", Json::object());
  if (source.value("type", "") != "image") throw Refusal{500, "Invalid images JSON"};
  const std::string fingerprint = source.value("fingerprint", "");
  const std::string name = fingerprint.empty() ? source.value("alias", "") : fingerprint;
  NewOperation operation;
  operation.description = "Downloading image";
  const RemoteImage remote = find_remote(source.value("server", ""), source.value("protocol", "lxd"), name,
                                         source.value("image_type", ""));
  operation.error = name.empty() ? "must specify one of alias or fingerprint for init from image" : remote.problem;
  if (!operation.error.empty()) return start_operation(context, operation);
  const bool known = context.get("image", remote.image["fingerprint"]).has_value();
  operation.error = alias_problem(context, body.value("aliases", Json::array()));
  if (!known && context.faults.disk_full(context.origin())) operation.error = disk_full_on_download(remote.image);
  operation.seconds = known ? 0.01 : context.faults.latency().image;
  operation.final_metadata = {{"fingerprint", remote.image["fingerprint"]},
                              {"size", std::to_string(remote.image["size"].get<std::int64_t>())}};
  Json image = cached_copy(remote.image, context.now);
  image["cached"] = false;
  image["auto_update"] = body.value("auto_update", false);
  image["public"] = body.value("public", false);
  image["properties"].update(body.value("properties", Json::object()));
  image["sim"]["aliases"] = body.value("aliases", Json::array());
  operation.effect = {{"do", "image"}, {"image", image}};
  return start_operation(context, operation);
}

Reply image_get(Context& context) {
  const Json image = load(context, context.arguments[0]);
  return sync_etag(render_image(context, image), etag_basis(image));
}

Reply image_delete(Context& context) {
  const Json image = load(context, context.arguments[0]);
  const std::string fingerprint = image["fingerprint"];
  for (const auto& [name, alias] : context.list("alias")) {
    if (alias["target"] == fingerprint) context.erase("alias", name);
  }
  context.erase("image", fingerprint);
  NewOperation operation;
  operation.description = "Deleting image";
  operation.resources = {{"images", {"/1.0/images/" + fingerprint}}};
  return start_operation(context, operation);
}

Reply aliases_get(Context& context) {
  const bool whole = context.request.parameter("recursion") == "1";
  Json list = Json::array();
  for (const auto& [name, alias] : context.list("alias")) {
    if (!visible_alias(context, name)) continue;
    list.push_back(whole ? render_alias(context, name, alias) : Json("/1.0/images/aliases/" + name));
  }
  return sync(list);
}

Reply aliases_post(Context& context) {
  static const std::vector<GoField> fields = {
      {"name", GoType::text}, {"target", GoType::text}, {"description", GoType::text}};
  const Json body = decode(context.request.body, "ImageAliasesPost", fields);
  const std::string name = body.value("name", "");
  if (name.empty() || body.value("target", "").empty()) throw Refusal{400, "name and target are required"};
  if (context.get("alias", name)) throw Refusal{409, "Alias " + quoted(name) + " already exists"};
  const Json image = load(context, body["target"]);
  context.put("alias", name, {{"target", image["fingerprint"]}, {"description", body.value("description", "")}});
  return created("/1.0/images/aliases/" + name);
}

Reply alias_get(Context& context) {
  const auto alias = visible_alias(context, context.arguments[0]);
  if (!alias) throw Refusal{404, "Image alias not found"};
  const Json shown = render_alias(context, context.arguments[0], *alias);
  return sync_etag(shown, shown);
}

Reply alias_delete(Context& context) {
  if (!context.get("alias", context.arguments[0])) throw Refusal{404, "Image alias not found"};
  context.erase("alias", context.arguments[0]);
  return sync_empty();
}

}  // namespace dfx::sandbox::lxd
