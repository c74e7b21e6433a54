/* Host extension "dfx.artifact/1": large files that are named by what is in them, fetched once and put on machines.
 *
 * An artifact is its SHA-256; a URL only says where to get it. The host keeps what it has fetched in a cache that all
 * runs of this person share, and hands out nothing that it has not verified. [any thread, during a call] */
#ifndef DFX_ARTIFACT_H
#define DFX_ARTIFACT_H

#include <dfx/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DFX_ARTIFACT_ID "dfx.artifact/1"

typedef struct dfx_artifact {
  /* Brings an artifact into the cache. request (JSON): {"sha256": hex, "urls": ["https://...", "file:///..."] in the
   * order in which they are tried, "limit": bytes (2 GiB), "timeout_ms": 900000}. An interrupted download is gone on
   * with. Redirects are followed, but never from https to http. A read effect.
   * result (JSON): {"size": bytes, "fetched": false if it was there}.
   * DFX_UNREACHABLE: no source answers. DFX_ABSENT: none has it. DFX_INVALID: what came is something else. */
  int32_t (*fetch)(const dfx_host* host, const dfx_call* call, dfx_bytes request, const dfx_sink* result);

  /* The bytes of an artifact that is in the cache. request (JSON): {"sha256", "limit": bytes (16 MiB)}. A read effect.
   * DFX_ABSENT: fetch it first. DFX_INVALID: it is longer than the limit. */
  int32_t (*read)(const dfx_host* host, const dfx_call* call, dfx_bytes request, const dfx_sink* contents);

  /* An artifact that is in the cache as a file on a machine, with the promises of dfx_ssh.write. request (JSON):
   * {"sha256", "machine", "sudo", "path", "mode", "owner", "group", "folders", "timeout_ms": 900000}. What is there
   * already is not sent again; an interrupted transfer is gone on with. A write effect.
   * result (JSON): {"changed": anything, "rewritten": the contents, "sent": bytes}. Statuses as of dfx_ssh.write;
   * DFX_ABSENT also: fetch it first. */
  int32_t (*push)(const dfx_host* host, const dfx_call* call, dfx_bytes request, const dfx_sink* result);
} dfx_artifact;

#ifdef __cplusplus
}
#endif
#endif
