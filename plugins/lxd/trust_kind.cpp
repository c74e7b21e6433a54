#include "plugins/lxd/trust_kind.hpp"

#include "plugins/lxd/batch.hpp"
#include "plugins/lxd/client.hpp"
#include "plugins/lxd/errors.hpp"
#include "plugins/lxd/kind_schema.hpp"
#include "plugins/lxd/server.hpp"
#include "plugins/lxd/token.hpp"

namespace dfx::lxd {
namespace {

const char* const k_how =
    "on the host run `lxc config trust add --name dfx`, and give the token here as `trust: {token: "
    "\"${secret.NAME}\"}`; "
    "it holds the host's fingerprint too";

bool gives(const Json& desired, const char* key) {
  return desired.contains(key) && !desired.at(key).is_null();
}

// The token as LXD prints it; nothing if there is none, or if the value is no token.
std::optional<TrustToken> token_in(const sdk::Call& call, const Json& desired) {
  if (!gives(desired, "token")) return std::nullopt;
  return parse_token(is_node(desired.at("token")) ? call.reveal(desired.at("token"))
                                                  : text_at(desired, "token"));
}

// Only where the token matters: a host that trusts dfx already needs none, and neither does a simulated one.
void require_token(const sdk::Call& call, const std::string& host, const Json& desired) {
  if (!gives(desired, "token") || token_in(call, desired)) return;
  throw sdk::Failure(DFX_INVALID, "lxd.bad-token", "this is no trust token",
                     "host " + host + ": the value of `trust: {token}` is not what LXD prints", k_how);
}

// The connection with the best pin that is known. What a person wrote down comes before what was recorded.
Json pinned(const sdk::Call& call, Json connection, const Json& desired, const Json& outputs) {
  if (!text_at(connection, "fingerprint").empty()) return connection;
  const auto token = token_in(call, desired);
  const std::string pin = token ? token->fingerprint : text_at(outputs, "fingerprint");
  if (!pin.empty()) connection["fingerprint"] = pin;
  return connection;
}

// The host has said already what it saw; here is what to write down.
Server meet(const Client& client, const Json& connection, const Json& desired) {
  try {
    return read_server(client);
  } catch (const sdk::Failure& f) {
    if (f.status() != DFX_AUTH || !f.code().empty()) throw;
    const std::string pin = text_at(connection, "fingerprint");
    if (pin.empty()) {
      require_token(client.call(), client.host(), desired);
      throw sdk::Failure(
          DFX_AUTH, "lxd.no-fingerprint", "the host's certificate is not known",
          "host " + client.host() + " at " + client.url() +
              " has a certificate of its own making, as LXD hosts do, and nothing says which",
          "add `fingerprint:` to the host (`lxc info | grep fingerprint` there), or a trust token: " +
              std::string(k_how));
    }
    throw sdk::Failure(DFX_AUTH, "lxd.other-certificate", "the host's certificate is another one",
                       "host " + client.host() + " at " + client.url() +
                           " does not show the certificate with fingerprint " + pin,
                       "if the host was set up anew, say so with its new `fingerprint:` or a new token; if "
                       "not, somebody stands in between");
  }
}

Json outputs_of(const Server& server, const Json& connection) {
  return {{"fingerprint", text_at(connection, "fingerprint")}, {"version", server.version}};
}

Json request_body(const Json& change, bool token_by_name) {
  const Json& desired = change.at("desired");
  const Json& marker = change.at("marker");
  Json body = {{"type", "client"}, {"name", "dfx-" + marker.at("environment").get<std::string>()}};
  if (gives(desired, "token"))
    body[token_by_name ? "trust_token" : "password"] = desired.at("token");
  else
    body["password"] = desired.at("password");
  return body;
}

void ask_for_trust(const Client& client, const Json& change, const Server& server) {
  const Json& desired = change.at("desired");
  if (!gives(desired, "token") && !gives(desired, "password"))
    throw sdk::Failure(DFX_AUTH, "lxd.not-trusted", "the host does not trust dfx's certificate",
                       "host " + client.host() + ": certificate " + text_at(desired, "client").substr(0, 12) +
                           "… is not in its trust store",
                       k_how);
  require_token(client.call(), client.host(), desired);
  const Answer answer =
      client.send("POST", "/1.0/certificates", request_body(change, server.has("explicit_trust_token")));
  if (answer.good() || answer.status == 409 || says_exists(answer.words) ||
      answer.words.find("already in trust store") != std::string::npos)
    return;
  if (answer.status != 403) throw refusal(client.host(), answer.status, answer.words, "asking for trust");
  throw sdk::Failure(DFX_AUTH, "lxd.trust-refused", "the host refuses the token or password",
                     "host " + client.host() + ": " + answer.words,
                     gives(desired, "token") ? "a token works once and only for some days: make a new one "
                                               "with `lxc config trust add --name dfx` on the host"
                                             : "look at `lxc config get core.trust_password` on the host");
}

Json make(const sdk::Call& call, const Json& change) {
  const Json connection =
      pinned(call, change.at("connection"), change.at("desired"), change.value("outputs", Json()));
  const Client client(call, connection);
  Server server = meet(client, connection, change.at("desired"));
  if (!server.trusted) {
    ask_for_trust(client, change, server);
    server = meet(client, connection, change.at("desired"));
  }
  if (!server.trusted)
    throw sdk::Failure(DFX_TRANSIENT, "lxd.not-trusted-yet", "the host does not trust dfx yet",
                       "host " + client.host() + " took the certificate and still calls it untrusted");
  return {{"identity", {{"client", change.at("desired").at("client")}}},
          {"outputs", outputs_of(server, connection)}};
}

Json remove(const sdk::Call& call, const Json& change) {
  const Json connection =
      pinned(call, change.at("connection"), Json::object(), change.value("outputs", Json()));
  const Client client(call, connection);
  if (!meet(client, connection, Json::object()).trusted) return Json::object();
  const Answer answer = client.send("DELETE", "/1.0/certificates/" + text_at(change.at("desired"), "client"));
  if (!answer.good() && answer.status != 404 && answer.status != 403)
    throw refusal(client.host(), answer.status, answer.words, "taking dfx's certificate away");
  return Json::object();
}

}  // namespace

Json TrustKind::describe() const {
  namespace s = schema;
  return {{"kind", "lxd.trust"},
          {"summary", "dfx's client certificate in the trust store of an LXD host"},
          {"identity", "deterministic"},
          {"weight_ms", 200},
          {"schema",
           s::object({{"client", s::immutable(s::text("SHA-256 of dfx's client certificate"))},
                      {"token", s::create_only(s::secret(s::text("a token of `lxc config trust add`")))},
                      {"password", s::create_only(s::secret(s::text("the host's trust password")))}},
                     {"client"})},
          {"outputs",
           s::object({{"fingerprint", s::text("SHA-256 of the host's certificate, to which later connections "
                                              "are pinned; empty: this machine trusts it anyway")},
                      {"version", s::text("the LXD version of the host")}})}};
}

void TrustKind::read(const sdk::Call& call, const Json& batch) const {
  for (const Json& item : batch.at("items")) {
    const Json& desired = item.at("desired");
    const Json connection = pinned(call, batch.at("connection"), desired, item.value("outputs", Json()));
    const Client client(call, connection);
    const Server server = meet(client, connection, desired);
    Json line = line_for(item, server.trusted ? "present" : "absent");
    if (server.trusted) {
      line["owner"] = "mine";  // nobody else has this key
      line["identity"] = {{"client", desired.at("client")}};
      line["observed"] = {{"client", desired.at("client")}};
      line["outputs"] = outputs_of(server, connection);
    }
    call.respond(line);
  }
}

Json TrustKind::apply(const sdk::Call& call, const Json& change) const {
  return change.at("action") == "delete" ? remove(call, change) : make(call, change);
}

}  // namespace dfx::lxd
