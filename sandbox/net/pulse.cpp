#include "sandbox/net/pulse.hpp"

#include <algorithm>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/post.hpp>

#include "core/model/diagnostics.hpp"
#include "sandbox/lxd/operations.hpp"

namespace dfx::sandbox::net {
namespace {

constexpr Micros k_other_processes = k_second / 20;  // how late their changes are seen at most

void settle(Store& store) {
  auto session = store.begin(Store::Access::write);
  lxd::settle(session, now_micros());
  session.commit();
}

}  // namespace

Pulse::Pulse(Loop& loop, Store& store)
    : x_store(store), x_strand(boost::asio::make_strand(loop.context())), x_timer(loop.context()) {}

void Pulse::add(std::shared_ptr<Sleeper> sleeper) {
  boost::asio::post(x_strand, [this, sleeper = std::move(sleeper)]() mutable {
    x_sleepers.push_back(std::move(sleeper));
    beat();
  });
}

void Pulse::kick() {
  boost::asio::post(x_strand, [this] {
    if (!x_sleepers.empty()) beat();
  });
}

// What the disk refuses now it may give in a moment; those who wait lose nothing by that.
void Pulse::beat() {
  try {
    look_around();
  } catch (const Error&) {
    schedule(std::nullopt, now_micros());
  }
}

void Pulse::look_around() {
  const auto due_now = [this] {
    auto session = x_store.begin(Store::Access::read);
    return session.anything_due(now_micros());
  };
  if (due_now()) settle(x_store);
  auto session = x_store.begin(Store::Access::read);
  const Micros now = now_micros();
  const auto done = [&](const std::shared_ptr<Sleeper>& sleeper) {
    return sleeper->gone() || !sleeper->look(session, now);
  };
  x_sleepers.erase(std::remove_if(x_sleepers.begin(), x_sleepers.end(), done), x_sleepers.end());
  x_timer.cancel();
  if (!x_sleepers.empty()) schedule(session.next_due(), now);
}

void Pulse::schedule(std::optional<Micros> due, Micros now) {
  Micros next = now + k_other_processes;
  if (due) next = std::min(next, *due);
  for (const auto& sleeper : x_sleepers) {
    if (const auto alarm = sleeper->alarm()) next = std::min(next, *alarm);
  }
  x_timer.expires_after(std::chrono::microseconds(std::max<Micros>(next - now, 200)));
  x_timer.async_wait(boost::asio::bind_executor(x_strand, [this](const boost::system::error_code& error) {
    if (!error) beat();
  }));
}

}  // namespace dfx::sandbox::net
