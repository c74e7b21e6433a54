/* dfx plugin ABI, major 0: the C boundary between dfx (the host) and a plugin (a shared library).
 *
 * A plugin exports one constant, `dfx_plugin_entry`. The host reads its first two integers before it runs any code of
 * the plugin. Lifecycle calls are typed; their payload is JSON text (UTF-8). Data leaves a plugin only through sinks
 * that the host owns, so there is nothing to free and no shared allocator. Growth is by extension ids, never by a
 * larger struct. Until the major becomes 1 it must match exactly and may change in any release.
 *
 * Rules
 * - Threads: `describe` and `create` on the main thread; every other call from any thread, re-entrant, unless the
 *   manifest says "concurrency": "serial". `destroy` last, with no call running.
 * - No exception may cross; no signal handler, exit, chdir, setenv, locale change, fork, or write to stdout/stderr.
 * - All input and output of the outside world goes through host extensions (dfx/http.h ...): `expand`, `normalize` and
 *   `migrate` do none, `plan`, `read` and `health` may read, only `apply` may change anything. The host enforces it.
 * - A plugin never sleeps: the engine waits by calling `health` again.
 * - The host reads a response only if the status is DFX_OK; diagnostics are read always.
 */
#ifndef DFX_PLUGIN_H
#define DFX_PLUGIN_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DFX_MAGIC 0x78666444u /* "Ddfx" in little endian; part of the format, do not change */
#define DFX_ABI_MAJOR 0u
#define DFX_ABI_MINOR 1u

/* Statuses: part of the format, do not renumber. */
#define DFX_OK 0
#define DFX_INVALID 1     /* the request can never succeed as it is: bad settings, 400 */
#define DFX_ABSENT 2      /* the object, or what it needs, is not there */
#define DFX_CONFLICT 3    /* somebody else's object or edit stands in the way */
#define DFX_AUTH 4        /* not allowed, not trusted */
#define DFX_TRANSIENT 5   /* nothing happened; the same call may succeed later */
#define DFX_UNREACHABLE 6 /* the far side does not answer: never the same as absent */
#define DFX_IN_DOUBT 7    /* nobody knows whether the effect happened */
#define DFX_CANCELLED 8   /* the host asked to stop and the plugin stopped, nothing half done */
#define DFX_UNSUPPORTED 9 /* this plugin has no such call */
#define DFX_INTERNAL 10   /* a bug in the plugin */

/* Borrowed text or bytes, valid during the call that hands them over; need not end in NUL. */
typedef struct dfx_bytes {
  const char* data;
  uint64_t size;
} dfx_bytes;

/* Where a plugin writes. Owned by the host. `write` copies at once; it may be called any number of times during the
 * call, the response by one thread at a time, and returns DFX_OK, or DFX_INVALID once the host's size limit is passed
 * (then stop writing). */
typedef struct dfx_sink {
  void* context;
  int32_t (*write)(const struct dfx_sink* sink, dfx_bytes bytes);
} dfx_sink;

/* One call in progress. Owned by the host, valid during the call, to be handed to every host extension. */
typedef struct dfx_call {
  void* context;              /* the host's; not for plugins */
  dfx_bytes request;          /* JSON */
  const dfx_sink* response;   /* JSON; bulk calls write one JSON value per line */
  const dfx_sink* diagnostics; /* one JSON record per write: {severity, code, summary, detail, help, path, address} */
} dfx_call;

/* What the host offers. Outlives every provider. Not to be called from `describe` or `create`. [any thread] */
typedef struct dfx_host {
  void* context;
  /* A constant table such as `dfx_http` for "dfx.http/1", or null if this host has no such extension. */
  const void* (*get_extension)(const struct dfx_host* host, const char* id);
} dfx_host;

/* The lifecycle. Every pointer is required; "not supported" is DFX_UNSUPPORTED, never a null pointer.
 * docs/plugin-abi.md has the JSON of each request and response. */
typedef struct dfx_provider {
  void* context;
  void (*destroy)(const struct dfx_provider* self);
  int32_t (*expand)(const struct dfx_provider* self, const dfx_call* call);    /* settings -> resources; pure */
  int32_t (*normalize)(const struct dfx_provider* self, const dfx_call* call); /* desired -> canonical desired; pure */
  int32_t (*migrate)(const struct dfx_provider* self, const dfx_call* call);   /* old state -> new schema; pure */
  int32_t (*plan)(const struct dfx_provider* self, const dfx_call* call);      /* batch: predicted outputs, reasons */
  int32_t (*read)(const struct dfx_provider* self, const dfx_call* call);      /* batch: what is really there */
  int32_t (*apply)(const struct dfx_provider* self, const dfx_call* call);     /* one create, update or delete */
  int32_t (*health)(const struct dfx_provider* self, const dfx_call* call);    /* batch: is it ready */
  const void* (*get_extension)(const struct dfx_provider* self, const char* id);
} dfx_provider;

/* The exported constant. The first four integers never move, in any major. */
typedef struct dfx_plugin {
  uint32_t magic;
  uint32_t abi_major;
  uint32_t abi_minor;
  uint32_t reserved;
  const char* name;    /* [a-z0-9-], equals the manifest's and the file's name; static */
  const char* version; /* static */
  /* Writes the manifest (JSON): kinds, settings schema, needs, provides. Called at build time to write the file
   * `<name>.dfx.json` beside the library, and after loading to check that both agree. */
  int32_t (*describe)(const dfx_sink* manifest);
  /* Makes the provider, owned by the plugin until `destroy`. Null on failure. */
  const dfx_provider* (*create)(const dfx_host* host);
} dfx_plugin;

#ifdef __cplusplus
}
#endif
#endif
