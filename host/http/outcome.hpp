// What an exchange came to, in the words of dfx.http/1 and of people; for sources inside this folder.
#pragma once
#include <chrono>
#include <string>

#include "core/model/diagnostics.hpp"
#include "core/model/provider.hpp"
#include "host/http/effect.hpp"
#include "host/http/request.hpp"
#include "host/http/session.hpp"

namespace dfx::host {

struct Attempt {
  const Request& request;
  RequestEffect effect;
  const Reply& reply;
  const Tls* tls;  // null without TLS
  std::chrono::milliseconds waited;
};

// The status of a problem of this class. A class that says nothing counts as a refusal.
CallStatus status_of(ErrorClass error_class);

// Throws Error (its class is the outcome) unless there is a whole answer.
void require_answer(const Attempt& attempt);
// Throws Error "http.redirect-refused" if the answer only points elsewhere.
void refuse_redirect(const Attempt& attempt);

}  // namespace dfx::host
