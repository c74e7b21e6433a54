// From the C table to the classes. Nothing here is for plugin authors.
#pragma once
#include <dfx/sdk/plugin.hpp>

#include <cstdint>
#include <exception>
#include <map>
#include <memory>
#include <string>
#include <utility>

namespace dfx::sdk {

namespace detail {

inline Json failure_record(const std::string& code, const std::string& summary, const std::string& detail,
                           const std::string& help) {
  return {{"severity", "error"}, {"code", code}, {"summary", summary}, {"detail", detail}, {"help", help}};
}

// Runs `body`, turning every exception into a status and a diagnostic.
template <typename Body>
std::int32_t guard(const dfx_host* host, const dfx_call* call, Body body) noexcept {
  try {
    const Call c(host, call);
    try {
      body(c);
      return DFX_OK;
    } catch (const Failure& f) {
      if (!f.code().empty()) c.diagnose(failure_record(f.code(), f.what(), f.detail(), f.help()));
      return f.status();
    } catch (const Json::exception& e) {
      c.diagnose(failure_record("plugin.bad-json", "the plugin met JSON that it did not expect", e.what(), ""));
      return DFX_INTERNAL;
    } catch (const std::exception& e) {
      c.diagnose(failure_record("plugin.exception", "the plugin threw an exception", e.what(), ""));
      return DFX_INTERNAL;
    } catch (...) {
      c.diagnose(failure_record("plugin.exception", "the plugin threw something that is no exception", "", ""));
      return DFX_INTERNAL;
    }
  } catch (...) {
    return DFX_INTERNAL;  // the words of the problem could not be said: out of memory
  }
}

template <typename P>
class Provider {
 public:
  explicit Provider(const dfx_host* host) : x_host(host) {
    for (auto& kind : x_plugin.kinds()) {
      std::string name = kind->describe().at("kind");
      x_kinds.emplace(std::move(name), std::move(kind));
    }
    x_table = {this, &destroy, &expand, &normalize, &migrate, &plan, &read, &apply, &health, &get_extension};
  }
  const dfx_provider* table() const { return &x_table; }

 private:
  static Provider* self(const dfx_provider* p) { return static_cast<Provider*>(p->context); }
  const Kind& kind(const Json& request) const {
    const std::string& name = request.at("kind").template get_ref<const std::string&>();
    const auto it = x_kinds.find(name);
    if (it == x_kinds.end()) throw Failure(DFX_UNSUPPORTED, "plugin.no-such-kind", "this plugin has no such kind", name);
    return *it->second;
  }
  template <typename Body>
  static std::int32_t run(const dfx_provider* p, const dfx_call* call, Body body) noexcept {
    Provider* me = self(p);
    return guard(me->x_host, call, [&](const Call& c) { body(*me, c, Json::parse(c.request_text())); });
  }

  static void destroy(const dfx_provider* p) { delete self(p); }
  static std::int32_t expand(const dfx_provider* p, const dfx_call* call) {
    return run(p, call, [](Provider& me, const Call& c, const Json& request) {
      Expansion out(c);
      me.x_plugin.expand(c, request, out);
    });
  }
  static std::int32_t normalize(const dfx_provider* p, const dfx_call* call) {
    return run(p, call, [](Provider& me, const Call& c, const Json& r) { c.respond(me.kind(r).normalize(r.at("desired"))); });
  }
  static std::int32_t migrate(const dfx_provider* p, const dfx_call* call) {
    return run(p, call, [](Provider& me, const Call& c, const Json& r) {
      c.respond(me.kind(r).migrate(r.at("schema_version").template get<int>(), r.at("state")));
    });
  }
  static std::int32_t plan(const dfx_provider* p, const dfx_call* call) {
    return run(p, call, [](Provider& me, const Call& c, const Json& r) { me.kind(r).plan(c, r); });
  }
  static std::int32_t read(const dfx_provider* p, const dfx_call* call) {
    return run(p, call, [](Provider& me, const Call& c, const Json& r) { me.kind(r).read(c, r); });
  }
  static std::int32_t apply(const dfx_provider* p, const dfx_call* call) {
    return run(p, call, [](Provider& me, const Call& c, const Json& r) { c.respond(me.kind(r).apply(c, r)); });
  }
  static std::int32_t health(const dfx_provider* p, const dfx_call* call) {
    return run(p, call, [](Provider& me, const Call& c, const Json& r) { me.kind(r).health(c, r); });
  }
  static const void* get_extension(const dfx_provider*, const char*) { return nullptr; }

  const dfx_host* x_host;
  P x_plugin;
  std::map<std::string, std::unique_ptr<Kind>, std::less<>> x_kinds;
  dfx_provider x_table{};
};

template <typename P>
const dfx_provider* create(const dfx_host* host) noexcept {
  try {
    return (new Provider<P>(host))->table();
  } catch (...) {
    return nullptr;  // nothing may be thrown through C; the host says that there is no provider
  }
}

template <typename P>
std::int32_t describe(const dfx_sink* sink, const char* name, const char* version) noexcept {
  try {
    const P plugin;
    Json manifest = plugin.manifest();
    manifest["manifest"] = 1;
    manifest["name"] = name;
    manifest["version"] = version;
    manifest["abi_major"] = DFX_ABI_MAJOR;
    manifest["kinds"] = Json::array();
    for (const auto& kind : plugin.kinds()) manifest["kinds"].push_back(kind->describe());
    return sink->write(sink, bytes(manifest.dump(2) + "\n"));
  } catch (...) {
    return DFX_INTERNAL;  // nothing may be thrown through C; build and host say that describe failed
  }
}

}  // namespace detail

}  // namespace dfx::sdk
