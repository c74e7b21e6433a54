/* Small host extensions: time, progress, journal, secrets. Each is a constant table. [any thread, during a call] */
#ifndef DFX_HOST_H
#define DFX_HOST_H

#include <dfx/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DFX_CLOCK_ID "dfx.clock/1"
typedef struct dfx_clock {
  /* Milliseconds until this call's deadline on the monotonic clock; 0 once it has passed. */
  uint64_t (*time_left_ms)(const dfx_host* host, const dfx_call* call);
  /* 1 once the host wants the call to end (Ctrl-C, deadline), else 0. */
  int32_t (*cancelled)(const dfx_host* host, const dfx_call* call);
  /* Milliseconds since 1970 UTC, for what the outside world dates; never for waiting. */
  int64_t (*now_ms)(const dfx_host* host, const dfx_call* call);
} dfx_clock;

#define DFX_PROGRESS_ID "dfx.progress/1"
typedef struct dfx_progress {
  /* What this operation is waiting for or doing now, one short line; shown beside it, kept nowhere. */
  void (*say)(const dfx_host* host, const dfx_call* call, dfx_bytes text);
} dfx_progress;

#define DFX_JOURNAL_ID "dfx.journal/1"
typedef struct dfx_journal {
  /* Makes `checkpoint` (JSON: an external id, an operation's URL) durable before it returns. Only during `apply`.
   * The next attempt of the same operation gets the last one as "checkpoint". DFX_OK, or DFX_INTERNAL: stop. */
  int32_t (*checkpoint)(const dfx_host* host, const dfx_call* call, dfx_bytes checkpoint);
} dfx_journal;

#define DFX_SECRET_ID "dfx.secret/1"
typedef struct dfx_secret {
  /* Writes the value behind a handle (the text in {"$dfx": {"secret": handle}}). Only for fields that leave through
   * no host service; asked for by plugin and operation in the trace. DFX_OK, or DFX_ABSENT: there is none, or it was
   * not handed to this call (in its request). Not during expand, normalize and migrate. */
  int32_t (*reveal)(const dfx_host* host, const dfx_call* call, dfx_bytes handle, const dfx_sink* value);
  /* Keeps a value sealed and writes its handle, for sensitive outputs. Another value gets another handle. DFX_OK. */
  int32_t (*keep)(const dfx_host* host, const dfx_call* call, dfx_bytes value, const dfx_sink* handle);
} dfx_secret;

#ifdef __cplusplus
}
#endif
#endif
