#include "plugins/lxd/named_object.hpp"

#include "plugins/lxd/batch.hpp"
#include "plugins/lxd/errors.hpp"
#include "plugins/lxd/marker.hpp"
#include "plugins/lxd/merge.hpp"

namespace dfx::lxd {
namespace {

// `there` with what dfx wants, and its marker.
Json body_for(const Json& there, const Json& change) {
  const Json& desired = change.at("desired");
  const Json before = change.value("prior", Json());
  Json body = {{"config", object_at(there, "config")}, {"description", text_at(there, "description")}};
  merge_texts(body["config"], object_at(before, "config"), object_at(desired, "config"));
  write_marker(body["config"], change.at("marker"));
  if (desired.contains("description")) body["description"] = desired.at("description");
  if (!desired.contains("devices")) return body;
  body["devices"] = object_at(there, "devices");
  merge_devices(body["devices"], object_at(before, "devices"), object_at(desired, "devices"));
  return body;
}

Json result(const Json& change) {
  return {{"identity", {{"name", change.at("desired").at("name")}}},
          {"outputs", {{"name", change.at("desired").at("name")}}}};
}

void update(const Client& client, const Json& change, const ObjectPlace& place, const Answer& there) {
  require_ours_or_unmarked(object_at(there.metadata, "config"), change.at("marker"), client.host(),
                           place.what);
  client.change("PUT", place.path, body_for(there.metadata, change), "changing " + place.what, there.etag);
}

void create(const Client& client, const Json& change, const ObjectPlace& place) {
  Json body = body_for(Json::object(), change);
  body["name"] = change.at("desired").at("name");
  body.update(place.fixed);
  try {
    client.change("POST", place.collection, body, "making " + place.what);
  } catch (const sdk::Failure& f) {
    // Somebody was faster, perhaps an earlier attempt of ours whose answer was lost.
    if (f.status() != DFX_CONFLICT) throw;
    const auto there = client.find(place.path, "looking at " + place.what);
    if (!there) throw;
    require_ours(object_at(there->metadata, "config"), change.at("marker"), client.host(), place.what);
  }
}

void remove(const Client& client, const Json& change, const ObjectPlace& place) {
  const auto there = client.find(place.path, "looking at " + place.what);
  if (!there) return;
  require_ours(object_at(there->metadata, "config"), change.at("marker"), client.host(), place.what);
  try {
    client.change("DELETE", place.path, nullptr, "removing " + place.what);
  } catch (const sdk::Failure& f) {
    if (f.status() != DFX_ABSENT) throw;
  }
}

}  // namespace

void read_objects(const sdk::Call& call, const Json& batch, const PlaceOf& place_of,
                  const std::function<void(const Json&, const Json&, Json&)>& show) {
  const Client client(call, batch.at("connection"));
  for (const Json& item : batch.at("items")) {
    const Json& desired = item.at("desired");
    const ObjectPlace place = place_of(desired);
    const Answer found = client.send("GET", place.path);
    if (found.status == 403) {
      call.respond(line_for(item, "unreachable", "host " + client.host() + " does not trust dfx now"));
      continue;
    }
    if (found.status == 404) {
      call.respond(line_for(item, "absent"));
      continue;
    }
    if (!found.good()) throw refusal(client.host(), found.status, found.words, "looking at " + place.what);
    Json line = line_for(item, "present");
    judge_owner(line, object_at(found.metadata, "config"), batch, item);
    line["identity"] = {{"name", desired.at("name")}};
    line["outputs"] = {{"name", desired.at("name")}};
    line["observed"] = shaped_like(desired, found.metadata);
    if (show) show(found.metadata, desired, line["observed"]);
    call.respond(line);
  }
}

Json apply_object(const sdk::Call& call, const Json& change, const ObjectPlace& place) {
  const Client client(call, change.at("connection"));
  client.settle_checkpoint(change.value("checkpoint", Json()));
  if (change.at("action") == "delete") {
    remove(client, change, place);
    return Json::object();
  }
  const auto there = client.find(place.path, "looking at " + place.what);
  if (!there)
    create(client, change, place);
  else
    update(client, change, place, *there);
  return result(change);
}

}  // namespace dfx::lxd
