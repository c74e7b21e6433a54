#include "plugins/lxd/settings_schema.hpp"

#include "plugins/lxd/kind_schema.hpp"

namespace dfx::lxd {
namespace {

namespace s = schema;

Json known(Json schema) { return s::with(std::move(schema), "x-dfx-known"); }

Json host() {
  const Json trust =
      s::object({{"token", s::secret(s::text("a token of `lxc config trust add --name dfx` on the host; it "
                                             "works once and holds the host's fingerprint"))},
                 {"password", s::secret(s::text("the host's core.trust_password (LXD 5 only)"))}},
                {}, "how the host comes to trust dfx's certificate; not needed once it does");
  return s::object(
      {{"url",
        known(s::formatted(
            "url",
            "https://ADDRESS:8443, or unix:///var/snap/lxd/common/lxd/unix.socket on the host itself"))},
       {"fingerprint",
        s::text(
            "SHA-256 of the host's certificate (`lxc info | grep fingerprint`); not needed with a token")},
       {"trust", trust}},
      {"url"}, "an LXD server that stands for itself (no cluster)");
}

Json network() {
  return s::object(
      {{"parent",
        known(s::text("a bridge of the host, such as br0; the machine is a neighbour on that network"))},
       {"network", known(s::text("instead of parent: a managed network of the host, such as lxdbr0"))},
       {"type", s::words({"bridged", "macvlan"},
                         "how the machine hangs on parent (default: bridged); with macvlan the host itself "
                         "cannot reach it")},
       {"gateway", s::formatted("ip", "default route of machines with a fixed address")},
       {"dns", s::list(s::formatted("ip"), "name servers of machines with a fixed address")}},
      {}, "the machine's network; without it the profiles give one");
}

// What a machine may say, and `defaults` for all of them. Fallbacks are applied after both are merged.
Json shared_properties() {
  return {
      {"host", known(s::text("the host that it runs on: a name under `hosts`"))},
      {"type", known(s::words({"container", "virtual-machine"},
                              "default: container; another type makes the machine anew"))},
      {"image",
       known(s::text("an alias or fingerprint on the host, else a public image: ubuntu/24.04, debian/12; "
                     "or REMOTE:ALIAS with ubuntu, images or a name under `remotes`. It needs cloud-init. "
                     "Another name makes the machine anew"))},
      {"cpu", s::with(s::integer("how many CPUs it may use"), "minimum", 1)},
      {"memory", s::formatted("size", "how much memory it may use")},
      {"disk", s::formatted("size", "size of its root disk; it can grow, not shrink")},
      {"pool", known(s::text("storage pool of its root disk; the profiles' if nothing is said"))},
      {"network", network()},
      {"profiles", known(s::list(s::text(), "profiles of the host, later ones win (default: [default])"))},
      {"config", s::map(s::text(), "further LXD keys, such as security.nesting")},
      {"devices", s::map(s::map(s::text()),
                         "further LXD devices by name; eth0 and root are merged with what dfx makes")},
      {"user", s::text("whom dfx logs in as, made by cloud-init with sudo (default: dfx). Another one makes "
                       "the machine anew")},
      {"ssh_keys", s::list(s::text(), "public keys that may log in too; used when the machine is made")},
      {"labels", s::map(s::text(), "words for other components to choose machines by")},
      {"cloud_init",
       s::with(
           s::typed("object", "further cloud-config, merged with dfx's own; used when the machine is made"),
           "additionalProperties", true)},
      {"protect", s::boolean("true: neither dfx nor LXD deletes it")},
      {"autostart", s::boolean("start it with the host")},
      {"state", s::words({"running", "stopped"}, "default: running")},
      {"ready", s::words({"running", "address", "cloud-init", "ssh"},
                         "how far up it must be before it counts as made (default: ssh)")},
      {"stop_timeout",
       s::formatted("duration",
                    "how long it may take to shut down before it is switched off (default: 60s)")}};
}

Json machine() {
  Json properties = shared_properties();
  properties["address"] = s::formatted("cidr",
                                       "its fixed address, such as 192.168.0.161/24; without one the network "
                                       "gives it. Another one makes the machine anew");
  properties["volumes"] = s::map(
      s::text(), "volumes by name: where each is mounted, such as /srv/data (or \"\" for a block volume)");
  return s::object(properties);
}

Json on_hosts(Json properties, const std::string& description) {
  properties["hosts"] = known(s::list(s::text(), "where it is made (default: on every host)"));
  return s::object(properties, {}, description);
}

Json volume() {
  return s::object(
      {{"host", known(s::text("where it lives: a name under `hosts`"))},
       {"pool", known(s::text("storage pool (default: default)"))},
       {"size", s::formatted("size", "it can grow, not shrink")},
       {"content", s::words({"filesystem", "block"}, "default: filesystem; block is for virtual machines")},
       {"config", s::map(s::text(), "further LXD keys")}},
      {"host"}, "storage that outlives machines");
}

Json named(const Json& values, const std::string& description) {
  Json out = s::map(values, description);
  out["propertyNames"] = s::formatted("label");
  return out;
}

}  // namespace

Json settings_schema() {
  const Json config = s::map(s::text(), "LXD keys");
  return s::object(
      {{"hosts", named(host(), "the LXD servers, by a name of your choice")},
       {"defaults", s::object(shared_properties(), {}, "what machines have if they say nothing else")},
       {"machines", named(machine(), "the machines, by name")},
       {"profiles", named(on_hosts({{"description", s::text()},
                                    {"config", config},
                                    {"devices", s::map(s::map(s::text()), "LXD devices by name")}},
                                   "an LXD profile"),
                          "profiles that dfx makes")},
       {"networks", named(on_hosts({{"description", s::text()}, {"config", config}}, "a managed bridge"),
                          "managed networks that dfx makes")},
       {"volumes", named(volume(), "storage volumes that dfx makes; taking one away loses its data")},
       {"remotes",
        named(s::formatted("url"), "image servers (simplestreams) by name, beside ubuntu and images")}},
      {"hosts"});
}

}  // namespace dfx::lxd
