#include "plugins/lxd/image_name.hpp"

namespace dfx::lxd {
namespace {

constexpr const char* k_cloud = "/cloud";

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

// The community server has cloud-init in its "/cloud" variants only.
std::string with_cloud(const std::string& alias) {
  return ends_with(alias, k_cloud) ? alias : alias + k_cloud;
}

// A name without a remote: the host's own image, else the public one that people mean by it.
ImageName bare(const std::string& text) {
  ImageName name{text, "", ""};
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos) return name;
  const bool ubuntu = text.substr(0, slash) == "ubuntu" && text.find('/', slash + 1) == std::string::npos;
  name.server = known_remotes().at(ubuntu ? "ubuntu" : "images").get<std::string>();
  name.alias = ubuntu ? text.substr(slash + 1) : with_cloud(text);
  return name;
}

}  // namespace

const Json& known_remotes() {
  static const Json remotes = {{"ubuntu", "https://cloud-images.ubuntu.com/releases"},
                               {"ubuntu-daily", "https://cloud-images.ubuntu.com/daily"},
                               {"images", "https://images.lxd.canonical.com"}};
  return remotes;
}

std::optional<ImageName> parse_image(const std::string& text, const Json& remotes) {
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos) return bare(text);
  const std::string remote = text.substr(0, colon), alias = text.substr(colon + 1);
  if (alias.empty()) return std::nullopt;
  if (remote == "local") return ImageName{alias, "", ""};
  for (const Json* list : {&remotes, &known_remotes()})
    if (list->is_object() && list->contains(remote))
      return ImageName{"", list->at(remote).get<std::string>(), alias};
  return std::nullopt;
}

}  // namespace dfx::lxd
