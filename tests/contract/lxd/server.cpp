#include "tests/contract/lxd/server.hpp"

#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace dfx::contract {
namespace {

void must(const Answer& answer, int status, const char* what) {
  if (answer.status != status) throw std::runtime_error(std::string(what) + ": " + answer.body);
}

Server lab(const char* file) {
  std::ifstream in(file);
  if (!in) throw std::runtime_error(std::string("cannot read ") + file);
  const Json lab = Json::parse(in);
  const Json& host = lab.at("hosts").at("kkh");
  Server out{"", "", lab.at("password"), host.at("fingerprint"), true};
  const std::string url = host.at("url");
  const std::size_t colon = url.rfind(':');
  out.host = url.substr(8, colon - 8);
  out.port = url.substr(colon + 1);
  return out;
}

Identity& first_identity() {
  static Identity identity = make_identity("contract");
  return identity;
}

// The simulator starts without images; a lab has its own.
void provide_image(const Client& client) {
  const Answer alias = client.get("/1.0/images/aliases/debian%2F12%2Fcloud");
  if (alias.status == 200) return;
  const Json source = {{"type", "image"},
                       {"mode", "pull"},
                       {"server", "https://images.linuxcontainers.org"},
                       {"protocol", "simplestreams"},
                       {"alias", k_image}};
  const Json aliases = {{{"name", k_image}, {"description", ""}}};
  const Json done = client.finish(client.post("/1.0/images", {{"source", source}, {"aliases", aliases}}));
  if (done.at("status_code") != 200) throw std::runtime_error("cannot pull the image: " + done.dump());
}

Client make_trusted() {
  const Client client = server().client(first_identity());
  if (server().real) {
    const Answer answer =
        client.post("/1.0/certificates", {{"type", "client"}, {"password", server().password}});
    must(answer, 201, "the password is not taken");
  }
  provide_image(client);
  return client;
}

}  // namespace

const Server& server() {
  static const char* const k_lab = std::getenv("DFX_CONTRACT_LAB");
  static const Server out = k_lab != nullptr ? lab(k_lab) : start_sandbox(first_identity());
  return out;
}

const Client& trusted() {
  static const Client out = make_trusted();
  return out;
}

}  // namespace dfx::contract
