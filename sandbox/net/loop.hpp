// The threads that all simulated servers of one world share.
#pragma once
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <thread>
#include <vector>

namespace dfx::sandbox::net {

// Runs from construction until stop(). What is posted may run on any of its threads.
class Loop {
 public:
  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  boost::asio::io_context& context() { return x_context; }
  // Ends the threads; nothing runs afterwards. Idempotent. Not from one of its own threads.
  void stop();

 private:
  boost::asio::io_context x_context;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> x_work;
  std::vector<std::thread> x_threads;
};

}  // namespace dfx::sandbox::net
