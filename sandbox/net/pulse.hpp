// Wakes those who wait for the world to move: at the moment when an operation is due, after what this process has
// changed, and often enough to see what other processes did. Nobody waits: nothing runs.
#pragma once
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <functional>
#include <memory>
#include <vector>

#include "sandbox/net/loop.hpp"
#include "sandbox/store.hpp"

namespace dfx::sandbox::net {

// Somebody who waits.
class Sleeper {
 public:
  virtual ~Sleeper() = default;
  // Looks at the settled world. False: it has seen enough and is let go. One thread at a time; must not block.
  virtual bool look(Store::Session& session, Micros now) = 0;
  // When it wants to look again whatever happens.
  virtual std::optional<Micros> alarm() const { return std::nullopt; }
  // It went away by itself.
  virtual bool gone() const { return false; }
};

// [any]
class Pulse {
 public:
  // Both are borrowed; the loop must have stopped before this dies.
  Pulse(Loop& loop, Store& store);
  void add(std::shared_ptr<Sleeper> sleeper);
  // Something has been committed.
  void kick();

 private:
  void beat();
  void look_around();
  void schedule(std::optional<Micros> due, Micros now);
  Store& x_store;
  boost::asio::strand<boost::asio::io_context::executor_type> x_strand;
  boost::asio::steady_timer x_timer;
  std::vector<std::shared_ptr<Sleeper>> x_sleepers;  // on the strand
};

}  // namespace dfx::sandbox::net
