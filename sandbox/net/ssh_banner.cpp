#include "sandbox/net/ssh_banner.hpp"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <string_view>

namespace dfx::sandbox::net {
namespace {

constexpr std::string_view k_banner = "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n";
constexpr auto k_patience = std::chrono::seconds(10);

// Says the banner, then listens to what it cannot answer until the client goes or its time is up.
class Visitor : public std::enable_shared_from_this<Visitor> {
 public:
  explicit Visitor(Socket socket) : x_stream(std::move(socket)) {}

  void greet() {
    x_stream.expires_after(k_patience);
    boost::asio::async_write(x_stream, boost::asio::buffer(k_banner),
                             [self = shared_from_this()](const boost::system::error_code& error, std::size_t) {
                               if (!error) self->listen();
                             });
  }

 private:
  void listen() {
    x_stream.async_read_some(boost::asio::buffer(x_buffer),
                             [self = shared_from_this()](const boost::system::error_code& error, std::size_t) {
                               if (!error) self->listen();
                             });
  }

  boost::beast::tcp_stream x_stream;
  std::array<char, 512> x_buffer{};
};

}  // namespace

SshBanner::SshBanner(Loop& loop, std::function<bool()> ready)
    : x_acceptor(loop, [ready = std::move(ready)](Socket socket) {
        if (ready()) std::make_shared<Visitor>(std::move(socket))->greet();
        else reset_connection(socket);
      }) {}

}  // namespace dfx::sandbox::net
