// Who is trusted: certificates, one-use tokens, and the trust password.
#include "core/util/digest.hpp"
#include "core/util/hex.hpp"
#include "sandbox/certificate.hpp"
#include "sandbox/encoding.hpp"
#include "sandbox/lxd/go_json.hpp"
#include "sandbox/lxd/handlers.hpp"
#include "sandbox/lxd/operations.hpp"
#include "sandbox/lxd/server.hpp"
#include "sandbox/lxd/validate.hpp"

namespace dfx::sandbox::lxd {
namespace {

const std::vector<GoField>& fields() {
  static const std::vector<GoField> list = {{"name", GoType::text},        {"type", GoType::text},
                                            {"restricted", GoType::boolean}, {"projects", GoType::texts},
                                            {"certificate", GoType::text}, {"password", GoType::text},
                                            {"token", GoType::boolean}};
  return list;
}

Json render(const std::string& fingerprint, const Json& certificate) {
  Json shown = certificate;
  shown["fingerprint"] = fingerprint;
  return shown;
}

Json etag_basis(const Json& shown) {
  return {shown["name"], shown["type"], shown["restricted"], shown["projects"], shown["certificate"]};
}

// A fingerprint may be shortened.
std::pair<std::string, Json> load(const Context& context) {
  const std::string& wanted = context.arguments[0];
  for (auto& [fingerprint, certificate] : context.list("certificate")) {
    if (fingerprint.compare(0, wanted.size(), wanted) == 0) return {fingerprint, certificate};
  }
  throw Refusal{404, "Certificate not found"};
}

Json token_request(const std::string& name, const Json& body) {
  return {{"name", name},
          {"type", "client"},
          {"restricted", body.value("restricted", false)},
          {"projects", body.value("projects", Json::array())},
          {"certificate", ""},
          {"password", ""},
          {"token", true}};
}

// What is in the operation that a token stands for, and in the token itself.
Json token_metadata(Store::Session& session, const std::string& origin, const Json& request) {
  return {{"addresses", {authority_of(origin)}},
          {"fingerprint", server_fingerprint(session, origin)},
          {"request", request},
          {"secret", random_hex(32)}};
}

// The token's content if the text is one. A password may look like anything.
Json decoded_token(const std::string& text) {
  Json token = Json::parse(from_base64(text), nullptr, false);
  const bool whole = token.is_object() && token.contains("secret") && token["secret"].is_string() &&
                     token.contains("fingerprint") && token.contains("client_name") &&
                     token["client_name"].is_string();
  return whole ? token : Json();
}

// The request that a token was made for; the token is used up.
Json redeem(const Context& context, const Json& token) {
  for (StoredOperation& operation : context.store.operations(context.origin())) {
    const Json& metadata = operation.body["metadata"];
    if (operation.finished || operation.body["class"] != "token" || !metadata.is_object()) continue;
    const bool ours = metadata["secret"] == token["secret"] && metadata["request"]["name"] == token["client_name"];
    if (!ours) continue;
    cancel_operation(context, operation);
    return metadata["request"];
  }
  throw Refusal{403, "No matching certificate add operation found"};
}

Reply issue_token(Context& context, const Json& body) {
  const Json request = token_request(body.value("name", ""), body);
  return start_operation(context, token_operation(token_metadata(context.store, context.origin(), request)));
}

std::string certificate_der(const Context& context, const Json& body) {
  const std::string sent = body.value("certificate", "");
  if (sent.empty()) {
    if (context.trusted) throw Refusal{400, "Client is already trusted"};
    if (context.request.client_der.empty()) throw Refusal{400, "No client certificate provided"};
    return context.request.client_der;
  }
  const std::string der = from_base64(sent);
  if (der.empty()) throw Refusal{400, "illegal base64 data at input byte 0"};
  if (!is_certificate(der)) throw Refusal{400, "Invalid certificate material: x509: malformed certificate"};
  return der;
}

Reply add(const Context& context, const Json& body) {
  const std::string der = certificate_der(context, body);
  const std::string fingerprint = sha256_hex(der);
  if (context.get("certificate", fingerprint)) throw Refusal{409, "Certificate already in trust store"};
  const std::string name = body.value("name", "");
  context.put("certificate", fingerprint,
              {{"name", name.empty() ? common_name(der) : name},
               {"type", body.value("type", "client")},
               {"restricted", body.value("restricted", false)},
               {"projects", body.value("projects", Json::array())},
               {"certificate", pem_of_der(der)}});
  return created("/1.0/certificates/" + fingerprint);
}

// Somebody unknown has to show a token or the password; what a token was made for stands in the token.
Json admitted(const Context& context, const Json& body) {
  if (context.trusted) return body;
  const std::string password = body.value("password", "");
  if (const Json token = decoded_token(password); !token.is_null()) return redeem(context, token);
  if (!password.empty() && trust_password_fits(context, password)) return body;
  throw Refusal{403, "not authorized"};
}

void check_type(const Json& body) {
  const std::string type = body.value("type", "");
  const bool client = type == "client";
  if (body.value("token", false) && !client) {
    throw Refusal{400, "Tokens can only be issued for client certificates"};
  }
  if (!client && type != "metrics" && type != "server") throw Refusal{400, "Invalid certificate type"};
}

Reply change(Context& context, const Json& body, bool whole) {
  auto [fingerprint, certificate] = load(context);
  for (const char* key : {"name", "type", "restricted", "projects"}) {
    if (body.contains(key)) certificate[key] = body[key];
    else if (whole && std::string(key) == "projects") certificate[key] = Json::array();
    else if (whole && std::string(key) == "restricted") certificate[key] = false;
  }
  context.put("certificate", fingerprint, certificate);
  return sync_empty();
}

}  // namespace

void add_certificate(Store::Session& session, const std::string& origin, const std::string& der,
                     const std::string& name) {
  const std::string fingerprint = sha256_hex(der);
  if (session.get(origin, "certificate", fingerprint)) return;
  session.put(origin, "certificate", fingerprint,
              {{"name", name.empty() ? common_name(der) : name},
               {"type", "client"},
               {"restricted", false},
               {"projects", Json::array()},
               {"certificate", pem_of_der(der)}});
}

std::string add_trust_token(Store::Session& session, const std::string& origin, const std::string& name, Micros now) {
  const Json metadata = token_metadata(session, origin, token_request(name, Json::object()));
  add_token_operation(session, origin, metadata, now);
  return to_base64(Json{{"client_name", name},
                        {"fingerprint", metadata["fingerprint"]},
                        {"addresses", metadata["addresses"]},
                        {"secret", metadata["secret"]},
                        {"expires_at", "0001-01-01T00:00:00Z"}}
                       .dump());
}

Reply certificates_get(Context& context) {
  const bool whole = context.request.parameter("recursion") == "1";
  Json list = Json::array();
  for (const auto& [fingerprint, certificate] : context.list("certificate")) {
    list.push_back(whole ? render(fingerprint, certificate) : Json("/1.0/certificates/" + fingerprint));
  }
  return sync(list);
}

Reply certificates_post(Context& context) {
  Json body = decode(context.request.body, "CertificatesPost", fields());
  const bool token = body.value("token", false);
  if (token && !body.value("certificate", "").empty()) {
    throw Refusal{400, "Can't use certificate if token is requested"};
  }
  if (token && !context.trusted) throw Refusal{403, "not authorized"};
  const bool shows_something = context.trusted || !body.value("password", "").empty();
  if (!shows_something) throw Refusal{403, "not authorized"};
  check_type(body);
  if (token) return issue_token(context, body);
  return add(context, admitted(context, body));
}

Reply certificate_get(Context& context) {
  const auto [fingerprint, certificate] = load(context);
  const Json shown = render(fingerprint, certificate);
  return sync_etag(shown, etag_basis(shown));
}

Reply certificate_put(Context& context) {
  const auto [fingerprint, certificate] = load(context);
  check_etag(context.request, etag_basis(render(fingerprint, certificate)));
  return change(context, decode(context.request.body, "Certificate", fields()), true);
}

Reply certificate_patch(Context& context) {
  const auto [fingerprint, certificate] = load(context);
  check_etag(context.request, etag_basis(render(fingerprint, certificate)));
  return change(context, decode(context.request.body, "Certificate", fields()), false);
}

Reply certificate_delete(Context& context) {
  context.erase("certificate", load(context).first);
  return sync_empty();
}

}  // namespace dfx::sandbox::lxd
