// What the proof plugins share: objects at URLs, with a marker each.
#pragma once
#include <dfx/sdk.hpp>

#include <string>

namespace proof {

using dfx::sdk::Call;
using dfx::sdk::Failure;
using dfx::sdk::HttpAnswer;
using dfx::sdk::HttpRequest;
using dfx::sdk::Json;

inline HttpAnswer ask(const Call& call, const char* method, const std::string& url, const Json& body = nullptr) {
  HttpRequest request;
  request.method = method;
  request.url = url;
  request.body = body;
  HttpAnswer answer = call.http(request);
  if (answer.status >= 400 && answer.status != 404)
    throw Failure(DFX_INVALID, "proof.refused", "the far side refused a request", answer.body);
  return answer;
}

// A managed kind whose objects are what was put at <connection url>/<folder>/<name>.
class ObjectKind : public dfx::sdk::Kind {
 public:
  explicit ObjectKind(std::string folder) : x_folder(std::move(folder)) {}

  void read(const Call& call, const Json& batch) const override {
    for (const Json& item : batch.at("items")) {
      const HttpAnswer answer = ask(call, "GET", url(batch, item.at("desired")));
      if (answer.status == 404) {
        call.respond({{"address", item.at("address")}, {"result", "absent"}});
        continue;
      }
      const Json object = answer.json();
      call.respond({{"address", item.at("address")}, {"result", "present"}, {"owner", owner(object, batch)},
                    {"marker", object.value("marker", Json())}, {"identity", item.at("desired").at("name")},
                    {"observed", observed(object)}, {"outputs", outputs(object)}});
    }
  }

  Json apply(const Call& call, const Json& change) const override {
    const Json& desired = change.at("desired");
    if (change.at("action") == "delete") {
      ask(call, "DELETE", url(change, desired));
      return Json::object();
    }
    call.checkpoint({{"putting", desired.at("name")}});
    const HttpAnswer answer = ask(call, "PUT", url(change, desired), {{"desired", desired}, {"marker", change.at("marker")}});
    return {{"identity", desired.at("name")}, {"outputs", outputs(answer.json())}};
  }

 protected:
  virtual Json observed(const Json& object) const { return object.at("desired"); }
  virtual Json outputs(const Json&) const { return Json::object(); }
  std::string url(const Json& request, const Json& desired) const {
    return request.at("connection").at("url").get<std::string>() + "/" + x_folder + "/" + desired.at("name").get<std::string>();
  }

 private:
  static const char* owner(const Json& object, const Json& batch) {
    if (!object.contains("marker")) return "foreign";
    const Json& marker = object["marker"];
    const Json& asked = batch.at("marker");
    return marker.at("stack") == asked.at("stack") && marker.at("environment") == asked.at("environment") ? "mine" : "other";
  }

  std::string x_folder;
};

inline Json text() { return {{"type", "string"}}; }
inline Json object(const Json& properties) { return {{"type", "object"}, {"properties", properties}}; }

}  // namespace proof
