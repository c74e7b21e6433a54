#include "plugins/lxd/image_lookup.hpp"

#include <algorithm>
#include <vector>

#include "plugins/lxd/batch.hpp"
#include "plugins/lxd/client.hpp"
#include "plugins/lxd/errors.hpp"
#include "plugins/lxd/kind_schema.hpp"

namespace dfx::lxd {
namespace {

constexpr std::size_t k_most_listed = 12;

bool is_fingerprint(const std::string& name) {
  return name.size() >= 12 && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

// The image on the host, or nothing.
std::optional<Json> local_image(const Client& client, const std::string& name) {
  const std::string doing = "looking for image " + name;
  std::string fingerprint = is_fingerprint(name) ? name : "";
  if (const auto alias = client.find("/1.0/images/aliases/" + escape(name), doing))
    fingerprint = text_at(alias->metadata, "target");
  if (fingerprint.empty()) return std::nullopt;
  const auto image = client.find("/1.0/images/" + escape(fingerprint), doing);
  return image ? std::optional(image->metadata) : std::nullopt;
}

std::string known_names(const Client& client) {
  const Json aliases = client.get("/1.0/images/aliases?recursion=1", "listing images");
  std::vector<std::string> names;
  for (const Json& a : aliases) names.push_back(text_at(a, "name"));
  std::sort(names.begin(), names.end());
  if (names.empty()) return "it has none";
  std::string out = "it has: ";
  for (std::size_t i = 0; i < std::min(names.size(), k_most_listed); ++i)
    out += (i == 0 ? "" : ", ") + names[i];
  return out + (names.size() > k_most_listed ? " …" : "");
}

const char* words_for(const std::string& type) {
  return type == "virtual-machine" ? "virtual machines" : "containers";
}

Json look_up(const Client& client, const Json& item) {
  const std::string local = wanted_text(item, "local"), server = wanted_text(item, "server"),
                    type = wanted_text(item, "type");
  const auto image = local.empty() ? std::nullopt : local_image(client, local);
  const std::string shown = "image `" + wanted_text(item, "image") + "`";
  if (image && text_at(*image, "type") == type) {
    Json line = line_for(item, "present");
    line["outputs"] = {{"fingerprint", text_at(*image, "fingerprint")}};
    return line;
  }
  if (!server.empty()) {
    Json line = line_for(item, "present");
    line["outputs"] = {
        {"server", server}, {"alias", wanted_text(item, "alias")}, {"protocol", "simplestreams"}};
    return line;
  }
  if (image)
    return line_for(item, "absent",
                    shown + " on host " + client.host() + " is for " + words_for(text_at(*image, "type")) +
                        ", and " + words_for(type) + " are wanted",
                    "name another image, or correct `type:` of the machine");
  return line_for(item, "absent", "host " + client.host() + " has no " + shown + "; " + known_names(client),
                  "correct `image:`, or bring the image to the host: `lxc image copy`");
}

}  // namespace

Json ImageLookup::describe() const {
  namespace s = schema;
  return {
      {"kind", "lxd.image"},
      {"mode", "lookup"},
      {"summary", "which image a name means on a host"},
      {"weight_ms", 50},
      {"schema",
       s::object({{"image", s::text("as the stack file names it")},
                  {"type", s::words({"container", "virtual-machine"})},
                  {"local", s::text("alias or fingerprint on the host itself, asked for first; empty: none")},
                  {"server", s::text("simplestreams server that has it otherwise; empty: none")},
                  {"alias", s::text("its name there")}},
                 {"image", "type"})},
      {"outputs", s::object({{"fingerprint", s::text()},
                             {"server", s::text()},
                             {"alias", s::text()},
                             {"protocol", s::text()}})}};
}

void ImageLookup::read(const sdk::Call& call, const Json& batch) const {
  const Client client(call, batch.at("connection"));
  for (const Json& item : batch.at("items")) call.respond(look_up(client, item));
}

}  // namespace dfx::lxd
