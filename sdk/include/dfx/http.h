/* Host extension "dfx.http/1": HTTP over TCP or a unix socket, with TLS client certificates and pinned servers.
 *
 * The host keeps connections open between calls, gives every request the call's deadline and cancellation, classifies
 * its effect (a GET or HEAD reads; anything else is refused unless the call is `apply`, or the request matches one of
 * the manifest's dry-run rules), refuses redirects, bounds the body, traces and redacts. [any thread, during a call] */
#ifndef DFX_HTTP_H
#define DFX_HTTP_H

#include <dfx/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DFX_HTTP_ID "dfx.http/1"

typedef struct dfx_http {
  /* One request and its whole answer.
   * request (JSON): {"method": "GET", "url": "https://host:8443/1.0" or "unix:///path/of/socket:/1.0",
   *   "headers": {"name": "value"}, "timeout_ms": 30000,
   *   "tls": {"pin": "<sha256 of the server certificate, hex>", "ca": "<PEM>", "certificate": "<PEM>", "key": secret}}
   *   Any string may be a {"$dfx": {"secret": handle}} node; the host puts the value in.
   * body: the request body, may be empty; `$dfx` secret nodes inside a JSON body are replaced likewise when
   *   "body": "json" stands in the request.
   * head (JSON, one write): {"status": 200, "headers": {"etag": "..."}} with lower-case names.
   * Answers DFX_OK for every HTTP status; DFX_UNREACHABLE (nothing was sent), DFX_IN_DOUBT (sent, no answer),
   * DFX_AUTH (pin or certificate does not match: nothing was sent), DFX_CANCELLED, DFX_INVALID (refused by the host:
   * effect, origin, size), with one record in the call's diagnostics. */
  int32_t (*request)(const dfx_host* host, const dfx_call* call, dfx_bytes request, dfx_bytes body,
                     const dfx_sink* head, const dfx_sink* response_body);
} dfx_http;

#define DFX_NET_ID "dfx.net/1"

typedef struct dfx_net {
  /* Connects by TCP and reads at most `limit` bytes of what the far side says first (a banner), within timeout_ms.
   * DFX_OK: connected (banner may be empty). DFX_UNREACHABLE: not. DFX_CANCELLED. A read effect. */
  int32_t (*probe)(const dfx_host* host, const dfx_call* call, dfx_bytes address, uint16_t port, uint32_t timeout_ms,
                   uint32_t limit, const dfx_sink* banner);
} dfx_net;

#ifdef __cplusplus
}
#endif
#endif
