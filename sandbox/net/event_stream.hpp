// A websocket of events.
#pragma once
#include <algorithm>
#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <deque>

#include "sandbox/net/http_message.hpp"
#include "sandbox/net/pulse.hpp"

namespace dfx::sandbox::net {

// Takes `stream` over after a request for an upgrade. Lives until the client goes.
template <class Stream>
class EventStream final : public Sleeper, public std::enable_shared_from_this<EventStream<Stream>> {
 public:
  // Events of `origin` and of these types from now on, that is after the event `last`.
  EventStream(Stream stream, std::string origin, std::vector<std::string> types, std::int64_t last)
      : x_socket(std::move(stream)), x_origin(std::move(origin)), x_types(std::move(types)), x_last(last) {}

  void start(WireRequest wire, Pulse& pulse) {
    namespace websocket = boost::beast::websocket;
    boost::beast::get_lowest_layer(x_socket).expires_never();
    // Half of the idle time passes before a ping.
    x_socket.set_option(websocket::stream_base::timeout{std::chrono::seconds(10), std::chrono::seconds(20), true});
    x_wire = std::move(wire);
    x_socket.async_accept(x_wire, [self = this->shared_from_this(), &pulse](const boost::system::error_code& error) {
      if (error) return;
      pulse.add(self);
      self->listen();
    });
  }

  bool gone() const override { return x_gone; }

  bool look(Store::Session& session, Micros) override {
    std::vector<std::string> texts;
    for (const StoredEvent& event : session.events_after(x_origin, x_last)) {
      x_last = event.id;
      const bool wanted = std::find(x_types.begin(), x_types.end(), event.type) != x_types.end();
      if (wanted) texts.push_back(canonical(event.body));
    }
    if (texts.empty()) return true;
    boost::asio::post(x_socket.get_executor(), [self = this->shared_from_this(), texts = std::move(texts)] {
      const bool idle = self->x_queue.empty();
      self->x_queue.insert(self->x_queue.end(), texts.begin(), texts.end());
      if (idle) self->send();
    });
    return true;
  }

 private:
  // Control frames are answered while a read is under way; what clients say is not looked at.
  void listen() {
    x_socket.async_read(x_heard, [self = this->shared_from_this()](const boost::system::error_code& error, std::size_t) {
      self->x_heard.clear();
      if (error) self->x_gone = true;
      else self->listen();
    });
  }

  void send() {
    x_socket.async_write(boost::asio::buffer(x_queue.front()),
                         [self = this->shared_from_this()](const boost::system::error_code& error, std::size_t) {
                           if (error) self->x_gone = true;
                           if (error) return;
                           self->x_queue.pop_front();
                           if (!self->x_queue.empty()) self->send();
                         });
  }

  boost::beast::websocket::stream<Stream> x_socket;
  std::string x_origin;
  std::vector<std::string> x_types;
  std::int64_t x_last;
  WireRequest x_wire;
  boost::beast::flat_buffer x_heard;
  std::deque<std::string> x_queue;  // on the socket's strand
  std::atomic<bool> x_gone{false};
};

}  // namespace dfx::sandbox::net
