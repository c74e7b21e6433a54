/* Host extension "dfx.ssh/1": programs and files on machines, by SSH.
 *
 * The host keeps one connection per machine for the whole run, shows it the one key that the request names, talks to
 * it only if its host key is the one that was known before, gives everything the call's deadline and cancellation,
 * classifies effects (`look` and `read` read; `exec` reads if one of the manifest's `read_only` rules declares just
 * that program or script, else it writes like `write`; what writes is refused unless the call is `apply`), bounds
 * what comes back, traces and redacts. [any thread, during a call]
 *
 * Every request is JSON with
 *   "machine": {"address", "port", "user", "key": secret, "host_key": "ssh-ed25519 AAAA...", "via": machine}
 *     as the capability machines/1 gives it (its other members are not looked at). Without "key" the agent of whoever
 *     runs dfx signs; "public_key" then says which of its keys, by its public line. "via" is a machine of the same
 *     form through which this one is reached; both host keys are checked.
 *   "sudo": true: as root, by `sudo -n` unless the user is root already.
 *   "timeout_ms": 60000 unless said otherwise; the call's own deadline holds as well.
 *   "quiet": true: there is another machine to ask, so DFX_UNREACHABLE comes without a record.
 *
 * Statuses: DFX_OK; DFX_UNREACHABLE (nothing was run; or what only reads gave no result), DFX_IN_DOUBT (what may
 * change something was begun, and how it ended is not known), DFX_AUTH (another host key, the key or sudo was refused:
 * nothing was run), DFX_CANCELLED (nothing was begun), DFX_INVALID (refused by the host: form, effect, size), DFX_ABSENT
 * and DFX_CONFLICT as said below; each but DFX_OK with one record in the call's diagnostics. */
#ifndef DFX_SSH_H
#define DFX_SSH_H

#include <dfx/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DFX_SSH_ID "dfx.ssh/1"

typedef struct dfx_ssh {
  /* One program to its end, never through a terminal. request: "argv": ["systemctl", "show", "k3s"], or "script": a
   * text for sh, the same at every call, with "args" as its $1...; "stdin": a text, may be made of `$dfx` nodes;
   * "limit": bytes kept of each stream (4 MiB). Words of argv and args are passed literally and may hold neither
   * control characters nor secrets: those go through stdin. LC_ALL is C, PATH has the usual six folders.
   * input: raw bytes for stdin, used if the request has no "stdin". The status is DFX_OK however the program ended.
   * result (JSON, one write): {"status": 0} or {"signal": "KILL"}, "output_cut" and "errors_cut": true if more came
   * than the limit. */
  int32_t (*exec)(const dfx_host* host, const dfx_call* call, dfx_bytes request, dfx_bytes input,
                  const dfx_sink* result, const dfx_sink* output, const dfx_sink* errors);

  /* What stands at some paths, in one go. request: "files": [{"path": "/etc/x", "contents": text}, ...] (at most 256);
   * "contents" may be left out or be made of `$dfx` nodes.
   * result (JSON): per file, in order, {"path", "type": "file"|"folder"|"link"|"other"|"absent", "mode": "0644",
   * "owner", "group", "size", "sha256" (of a file), "same": whether its contents are these (if they were given)}. The
   * sha256 is left out where the contents hold a secret. */
  int32_t (*look)(const dfx_host* host, const dfx_call* call, dfx_bytes request, const dfx_sink* result);

  /* A file's contents. request: "path", "limit" (4 MiB; a longer file is DFX_INVALID).
   * result (JSON): as of `look`; what is no file has no contents, and that is no error. */
  int32_t (*read)(const dfx_host* host, const dfx_call* call, dfx_bytes request, const dfx_sink* result,
                  const dfx_sink* contents);

  /* A file as it is to be: the old one or the new one stands there at any instant, and the new one survives a loss of
   * power. request: "path", "mode": "0644", "owner" and "group" (left out: whoever writes), "folders": "0755" to make
   * missing folders above it, "contents": text, may be made of `$dfx` nodes (at most 16 MiB; more is an artifact).
   * contents: raw bytes, used if the request has no "contents".
   * result (JSON): {"changed": anything, "rewritten": the contents}. What is there already as wanted is not touched.
   * DFX_ABSENT: no such folder, owner or group. DFX_CONFLICT: a folder, link or device stands there. */
  int32_t (*write)(const dfx_host* host, const dfx_call* call, dfx_bytes request, dfx_bytes contents,
                   const dfx_sink* result);
} dfx_ssh;

#ifdef __cplusplus
}
#endif
#endif
