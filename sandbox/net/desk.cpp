#include "sandbox/net/desk.hpp"

#include "sandbox/lxd/operations.hpp"
#include "sandbox/lxd/routes.hpp"

namespace dfx::sandbox::net {

Desk::Desk(Store& store, std::string origin, bool local, std::function<void()> changed)
    : x_store(store), x_origin(std::move(origin)), x_local(local), x_changed(std::move(changed)) {}

bool Desk::host_down() {
  auto session = x_store.begin(Store::Access::read);
  return Faults::load(session).host_down(x_origin);
}

std::int64_t Desk::last_event() {
  auto session = x_store.begin(Store::Access::read);
  return session.last_event();
}

bool Desk::turns_away() {
  {
    auto session = x_store.begin(Store::Access::read);
    const Faults faults = Faults::load(session);
    if (faults.host_down(x_origin)) return true;
    if (!faults.bends_requests()) return false;
  }
  auto session = x_store.begin(Store::Access::write);
  const bool away = Faults::load(session).drops_on_accept(x_origin, session);
  session.commit();
  return away;
}

Meeting Desk::meet(const lxd::Request& request) {
  Meeting meeting;
  {
    auto session = x_store.begin(Store::Access::read);
    const Faults faults = Faults::load(session);
    meeting.host_down = faults.host_down(x_origin);
    if (meeting.host_down || !faults.bends_requests()) return meeting;
  }
  auto session = x_store.begin(Store::Access::write);
  meeting.fault = Faults::load(session).for_request(x_origin, request.method, request.path, session);
  session.commit();
  return meeting;
}

lxd::Reply Desk::answer(const lxd::Request& request, const RequestFault& fault) {
  if (lxd::only_reads(request)) {
    auto session = x_store.begin(Store::Access::read);
    const Micros now = now_micros();
    if (!session.anything_due(now)) return lxd::dispatch(session, request, Faults::load(session), fault, now);
  }
  lxd::Reply reply;
  {
    auto session = x_store.begin(Store::Access::write);
    const Micros now = now_micros();
    lxd::settle(session, now);
    reply = lxd::dispatch(session, request, Faults::load(session), fault, now);
    session.commit();
  }
  x_changed();
  return reply;
}

}  // namespace dfx::sandbox::net
