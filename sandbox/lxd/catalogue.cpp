// The simplestreams servers of the simulated world.
#include <array>
#include <set>

#include "core/util/digest.hpp"
#include "sandbox/lxd/images.hpp"
#include "sandbox/lxd/validate.hpp"

namespace dfx::sandbox::lxd {
namespace {

struct Product {
  const char* os;
  const char* release;
  const char* version;
  std::set<std::string> names;
};

// Every image of Ubuntu's own server has cloud-init.
const std::array<Product, 3>& ubuntu_products() {
  static const std::array<Product, 3> products = {{{"ubuntu", "noble", "24.04", {"24.04", "noble", "n", "default", "lts"}},
                                                   {"ubuntu", "jammy", "22.04", {"22.04", "jammy", "j"}},
                                                   {"ubuntu", "focal", "20.04", {"20.04", "focal", "f"}}}};
  return products;
}

// On the community server only the "/cloud" variants have it.
const std::array<Product, 6>& community_products() {
  static const std::array<Product, 6> products = {{
      {"Ubuntu", "noble", "24.04", {"ubuntu/24.04", "ubuntu/noble"}},
      {"Ubuntu", "jammy", "22.04", {"ubuntu/22.04", "ubuntu/jammy"}},
      {"Debian", "bookworm", "12", {"debian/12", "debian/bookworm"}},
      {"Debian", "bullseye", "11", {"debian/11", "debian/bullseye"}},
      {"Rockylinux", "9", "9", {"rockylinux/9"}},
      {"Alpinelinux", "3.20", "3.20", {"alpine/3.20"}},
  }};
  return products;
}

std::string host_of(const std::string& server) {
  const std::size_t start = server.find("://");
  const std::size_t from = start == std::string::npos ? 0 : start + 3;
  return server.substr(from, server.find('/', from) - from);
}

// "x/amd64" names the same image as "x".
std::string without_architecture(std::string name) {
  static const std::string suffix = "/amd64";
  if (name.size() > suffix.size() && name.compare(name.size() - suffix.size(), suffix.size(), suffix) == 0) {
    name.resize(name.size() - suffix.size());
  }
  return name;
}

Json make_image(const Product& product, const std::string& variant, bool cloud_init, const std::string& type) {
  const std::string what = std::string(product.os) + " " + product.release + " amd64 (" + variant + ")";
  const std::string fingerprint = sha256_hex(what + " " + type);
  return {{"fingerprint", fingerprint},
          {"type", type},
          {"architecture", "x86_64"},
          {"auto_update", false},
          {"public", false},
          {"cached", true},
          {"filename", ""},
          {"size", type == "container" ? 234881024 : 612368384},
          {"profiles", {"default"}},
          {"properties",
           {{"architecture", "amd64"}, {"description", what}, {"os", product.os}, {"release", product.release},
            {"version", product.version}, {"variant", variant}, {"type", "squashfs"}}},
          {"sim", {{"cloud_init", cloud_init}, {"aliases", Json::array()}}}};
}

template <class Products>
Json search(const Products& products, const std::string& wanted, const std::string& type, bool community) {
  const std::string name = without_architecture(wanted);
  for (const auto& product : products) {
    for (const std::string variant : {"default", "cloud"}) {
      if (!community && variant == "cloud") continue;
      const Json image = make_image(product, community ? variant : "release", !community || variant == "cloud", type);
      if (image["fingerprint"] == name) return image;
      for (const auto& known : product.names) {
        if (name == (variant == "cloud" ? known + "/cloud" : known)) return image;
      }
    }
  }
  return nullptr;
}

}  // namespace

RemoteImage find_remote(const std::string& server, const std::string& protocol, const std::string& name,
                        const std::string& type) {
  const std::string host = host_of(server);
  const std::string wanted = type.empty() ? "container" : type;
  if (protocol != "simplestreams") {
    return {nullptr, "Failed to connect to LXD server " + quoted(server) + ": Get " + quoted(server + "/1.0") +
                         ": dial tcp: lookup " + host + ": no such host"};
  }
  RemoteImage result;
  if (host == "cloud-images.ubuntu.com") {
    result.image = search(ubuntu_products(), name, wanted, false);
  } else if (host == "images.linuxcontainers.org" || host == "images.lxd.canonical.com") {
    result.image = search(community_products(), name, wanted, true);
  } else {
    result.problem = "Failed getting remote image info: Failed getting image: Failed parsing stream: Get " +
                     quoted(server + "/streams/v1/index.json") + ": dial tcp: lookup " + host + ": no such host";
    return result;
  }
  if (result.image.is_null()) {
    result.problem =
        "Failed getting remote image info: Failed getting image: The requested image couldn't be found";
  }
  return result;
}

}  // namespace dfx::sandbox::lxd
