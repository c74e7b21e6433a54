#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>

#include "tests/unit/sandbox/world_fixture.hpp"

namespace dfx::sandbox::testing {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;

// A websocket of events from /1.0/events.
class Listener {
 public:
  Listener(const Endpoint& endpoint, const Identity& identity, const std::string& types) : x_socket(x_context, x_tls) {
    SSL* ssl = x_socket.next_layer().native_handle();
    x_tls.use_certificate_chain(asio::buffer(identity.certificate_pem));
    SSL_use_certificate(ssl, SSL_CTX_get0_certificate(x_tls.native_handle()));
    x_tls.use_private_key(asio::buffer(identity.key_pem), asio::ssl::context::pem);
    SSL_use_PrivateKey(ssl, SSL_CTX_get0_privatekey(x_tls.native_handle()));
    beast::get_lowest_layer(x_socket).connect({asio::ip::make_address(endpoint.host), endpoint.port});
    x_socket.next_layer().handshake(asio::ssl::stream_base::client);
    x_socket.handshake("lxd", "/1.0/events?type=" + types);
  }
  // Waits for the next one.
  Json next() {
    beast::flat_buffer buffer;
    x_socket.read(buffer);
    return Json::parse(beast::buffers_to_string(buffer.data()));
  }

 private:
  asio::io_context x_context;
  asio::ssl::context x_tls{asio::ssl::context::tls_client};
  beast::websocket::stream<beast::ssl_stream<asio::ip::tcp::socket>> x_socket;
};

TEST_F(Worlds, TellListenersWhatHappens) {
  Listener listener(*world.route("192.168.0.10", 8443), identity, "lifecycle");
  HttpsClient c = client();
  create_running(c, "c1", "192.168.0.161");
  EXPECT_EQ(listener.next()["metadata"]["action"], "instance-created");
  Json event = listener.next();
  if (event["metadata"]["action"] == "image-created") event = listener.next();
  EXPECT_EQ(event["metadata"]["action"], "instance-started");
  EXPECT_EQ(event["metadata"]["source"], "/1.0/instances/c1");
}

TEST_F(Worlds, TellListenersWhenAnOperationEnds) {
  Listener listener(*world.route("192.168.0.10", 8443), identity, "operation");
  const HttpAnswer started = client().call("POST", "/1.0/instances", R"({"name": "c1", "source": {"type": "none"}})");
  EXPECT_EQ(listener.next()["metadata"]["status"], "Running");
  const Json end = listener.next();
  EXPECT_EQ(end["metadata"]["status"], "Success");
  EXPECT_EQ(end["metadata"]["id"], started.metadata()["id"]);
}

TEST_F(Worlds, TellListenersWhatAnotherProcessDid) {
  Listener listener(*world.route("192.168.0.10", 8443), identity, "lifecycle");
  World other(folder.path());
  HttpsClient c(*other.route("192.168.0.10", 8443), identity);
  EXPECT_EQ(c.call("POST", "/1.0/instances", R"({"name": "c1", "source": {"type": "none"}})").status, 202);
  EXPECT_EQ(listener.next()["metadata"]["action"], "instance-created");
}

}  // namespace
}  // namespace dfx::sandbox::testing
