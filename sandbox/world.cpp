#include "sandbox/world.hpp"

#include <map>
#include <mutex>

#include "core/model/diagnostics.hpp"
#include "core/util/digest.hpp"
#include "sandbox/certificate.hpp"
#include "sandbox/faults.hpp"
#include "sandbox/lxd/handlers.hpp"
#include "sandbox/lxd/operations.hpp"
#include "sandbox/lxd/report.hpp"
#include "sandbox/net/connection.hpp"
#include "sandbox/net/ssh_banner.hpp"
#include "sandbox/net/tls.hpp"
#include "sandbox/origin.hpp"
#include "sandbox/store.hpp"

namespace dfx::sandbox {
namespace {

constexpr const char* k_origin = "origin";  // objects of this kind, under no origin, are the servers themselves
constexpr const char* k_loopback = "127.0.0.1";
constexpr std::uint16_t k_ssh_port = 22;

// One simulated server while this process serves it.
struct Served {
  Served(net::Loop& loop, net::Pulse& pulse, Store& store, const Origin& origin, const Identity& identity)
      : desk(store, origin.text, origin.unix_socket, [&pulse] { pulse.kick(); }),
        tls(origin.unix_socket ? std::nullopt : std::make_optional(net::server_context(identity))),
        acceptor(loop, [this, &pulse](net::Socket socket) { take(std::move(socket), pulse); }) {}

  void take(net::Socket socket, net::Pulse& pulse) {
    bool away = true;
    try {
      away = desk.turns_away();
    } catch (const Error&) {
      // A world that cannot be read is a host that does not answer.
    }
    if (away) return net::reset_connection(socket);
    net::serve_connection(std::move(socket), desk, pulse, tls ? &*tls : nullptr);
  }

  net::Desk desk;
  std::optional<boost::asio::ssl::context> tls;
  net::Acceptor acceptor;
};

// What only a world that serves needs; a status starts no threads. The loop dies last.
struct Servers {
  explicit Servers(Store& store) : pulse(loop, store), closed(loop) {}
  ~Servers() { loop.stop(); }
  net::Loop loop;
  net::Pulse pulse;
  net::ClosedPort closed;
  std::map<std::string, std::unique_ptr<Served>> served;          // by origin
  std::map<std::string, std::unique_ptr<net::SshBanner>> banners;  // by address
};

Identity identity_of(const Json& stored) { return {stored.at("certificate"), stored.at("key")}; }

Json known_origin(Store::Session& session, const std::string& origin) {
  const auto stored = session.get("", k_origin, read_origin(origin).text);
  if (stored) return *stored;
  throw Error("sandbox.unknown-origin", "the sandbox has no such server", "nothing stands for " + origin,
              "`dfx sandbox status` lists what there is");
}

}  // namespace

struct World::Impl {
  explicit Impl(const std::filesystem::path& dir) : store(dir) {}

  // Everything that was due has happened in the session that is handed out.
  template <class Work>
  auto settled(Work work) {
    auto session = store.begin(Store::Access::write);
    const Micros now = now_micros();
    lxd::settle(session, now);
    auto result = work(session, now);
    session.commit();
    return result;
  }

  Identity make(const Origin& origin, const std::string& kind) {
    auto session = store.begin(Store::Access::write);
    if (const auto stored = session.get("", k_origin, origin.text)) return identity_of(*stored);
    const Identity identity = make_identity(origin.host);
    session.put("", k_origin, origin.text,
                {{"kind", kind}, {"certificate", identity.certificate_pem}, {"key", identity.key_pem}});
    lxd::make_new_daemon(session, origin.text);
    session.commit();
    return identity;
  }

  // With the lock held.
  Servers& running() {
    if (!servers) servers = std::make_unique<Servers>(store);
    return *servers;
  }

  Served& serve(const Origin& origin, const std::string& kind) {
    Servers& all = running();
    auto& place = all.served[origin.text];
    if (!place) place = std::make_unique<Served>(all.loop, all.pulse, store, origin, make(origin, kind));
    return *place;
  }

  std::optional<std::string> kind_of(const std::string& origin) {
    auto session = store.begin(Store::Access::read);
    const auto stored = session.get("", k_origin, origin);
    return stored ? std::optional<std::string>(stored->at("kind")) : std::nullopt;
  }

  Endpoint closed_endpoint() { return {k_loopback, running().closed.port()}; }

  Endpoint route_to_server(const Origin& origin, const std::string& kind) {
    Served& served = serve(origin, kind);
    return served.desk.host_down() ? closed_endpoint() : Endpoint{k_loopback, served.acceptor.port()};
  }

  // The machine that has this address; one that answers wins over one that is switched off.
  std::optional<lxd::Machine> machine_at(const std::string& address) {
    return settled([&](Store::Session& session, Micros now) {
      const Faults faults = Faults::load(session);
      std::optional<lxd::Machine> found;
      for (const auto& [origin, stored] : session.list("", k_origin)) {
        for (auto& machine : lxd::machines(session, origin, now)) {
          const auto& all = machine.addresses;
          if (std::find(all.begin(), all.end(), address) == all.end() || (found && found->ssh)) continue;
          machine.ssh = machine.ssh && !faults.host_down(origin);
          found = std::move(machine);
        }
      }
      return found;
    });
  }

  bool answers_ssh(const std::string& address) noexcept try {
    const auto machine = machine_at(address);
    return machine && machine->ssh;
  } catch (const std::exception&) {
    return false;
  }

  std::optional<Endpoint> route_to_machine(const std::string& address) {
    const auto machine = machine_at(address);
    if (!machine) return std::nullopt;
    if (!machine->ssh) return closed_endpoint();
    auto& banner = running().banners[address];
    if (!banner) {
      banner = std::make_unique<net::SshBanner>(running().loop, [this, address] { return answers_ssh(address); });
    }
    return Endpoint{k_loopback, banner->port()};
  }

  Store store;
  std::mutex mutex;  // of the servers
  std::unique_ptr<Servers> servers;
};

World::World(std::filesystem::path dir) : x_impl(std::make_unique<Impl>(dir)) {}
World::~World() = default;

void World::serve(const std::string& kind, const std::string& origin) {
  if (kind != "lxd") {
    throw Error("sandbox.unknown-kind", "the sandbox has no such simulator", "there is none for \"" + kind + "\"");
  }
  const Origin parsed = read_origin(origin);
  const std::lock_guard lock(x_impl->mutex);
  x_impl->serve(parsed, kind);
}

std::optional<Endpoint> World::route(const std::string& host, std::uint16_t port) {
  const Origin origin = origin_of(host, port);
  const std::lock_guard lock(x_impl->mutex);
  if (const auto kind = x_impl->kind_of(origin.text)) return x_impl->route_to_server(origin, *kind);
  return port == k_ssh_port ? x_impl->route_to_machine(origin.host) : std::nullopt;
}

std::string World::fingerprint(const std::string& origin) {
  auto session = x_impl->store.begin(Store::Access::read);
  return sha256_hex(der_of_pem(known_origin(session, origin).at("certificate")));
}

void World::trust(const std::string& origin, const std::string& client_certificate_pem) {
  auto session = x_impl->store.begin(Store::Access::write);
  known_origin(session, origin);
  const std::string der = der_of_pem(client_certificate_pem);
  if (der.empty()) {
    throw Error("sandbox.bad-certificate", "this is no certificate", "the sandbox was asked to trust it at " + origin);
  }
  lxd::add_certificate(session, read_origin(origin).text, der, "");
  session.commit();
}

std::string World::trust_token(const std::string& origin, const std::string& client_name) {
  auto session = x_impl->store.begin(Store::Access::write);
  known_origin(session, origin);
  const std::string token = lxd::add_trust_token(session, read_origin(origin).text, client_name, now_micros());
  session.commit();
  return token;
}

Json World::status() const {
  return x_impl->settled([](Store::Session& session, Micros now) {
    const Faults faults = Faults::load(session);
    Json origins = Json::object();
    for (const auto& [origin, stored] : session.list("", k_origin)) {
      origins[origin] = lxd::report(session, origin, now);
      origins[origin]["fingerprint"] = sha256_hex(der_of_pem(stored.at("certificate")));
      origins[origin]["down"] = faults.host_down(origin);
    }
    return Json{{"origins", origins}, {"faults", Faults::as_json(session)}};
  });
}

void World::reset() {
  auto session = x_impl->store.begin(Store::Access::write);
  session.erase_world(k_origin);
  for (const auto& [origin, stored] : session.list("", k_origin)) lxd::make_new_daemon(session, origin);
  session.commit();
}

void World::remove(const std::filesystem::path& dir) {
  std::error_code error;
  for (const char* name : {"world.db", "world.db-wal", "world.db-shm"}) {
    std::filesystem::remove(dir / name, error);
    if (error) throw Error("sandbox.unusable-folder", "the sandbox folder cannot be used", (dir / name).string() + ": " + error.message(), "check that you may write there");
  }
}

Json World::faults() const {
  auto session = x_impl->store.begin(Store::Access::read);
  return Faults::as_json(session);
}

void World::set_faults(const Json& faults) {
  Faults::check(faults);
  auto session = x_impl->store.begin(Store::Access::write);
  Faults::save(session, faults);
  session.commit();
}

}  // namespace dfx::sandbox
