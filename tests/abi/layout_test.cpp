// The layout of every struct that crosses the boundary, as it was decided. A failure here is a break of the ABI: take
// the change back, or raise DFX_ABI_MAJOR.
#include <dfx/host.h>
#include <dfx/http.h>
#include <dfx/plugin.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstring>
#include <type_traits>

// Fields in order, each directly behind the one before; then nothing more.
#define FIRST(type, field) EXPECT_EQ(offsetof(type, field), 0u) << #type "." #field
#define NEXT(type, before, field) \
  EXPECT_EQ(offsetof(type, field), offsetof(type, before) + sizeof(type::before)) << #type "." #field
#define LAST(type, field) EXPECT_EQ(sizeof(type), offsetof(type, field) + sizeof(type::field)) << #type
#define PLAIN(type, size)                                                                  \
  static_assert(std::is_standard_layout_v<type> && std::is_trivially_copyable_v<type>);    \
  static_assert(sizeof(type) == (size) && alignof(type) == 8)

PLAIN(dfx_bytes, 16);
PLAIN(dfx_sink, 16);
PLAIN(dfx_call, 40);
PLAIN(dfx_host, 16);
PLAIN(dfx_provider, 80);
PLAIN(dfx_plugin, 48);
PLAIN(dfx_clock, 24);
PLAIN(dfx_progress, 8);
PLAIN(dfx_journal, 8);
PLAIN(dfx_secret, 16);
PLAIN(dfx_http, 8);
PLAIN(dfx_net, 8);

TEST(Abi, EveryFieldHasItsPlace) {
  FIRST(dfx_bytes, data);
  NEXT(dfx_bytes, data, size);
  LAST(dfx_bytes, size);
  FIRST(dfx_sink, context);
  NEXT(dfx_sink, context, write);
  LAST(dfx_sink, write);
  FIRST(dfx_call, context);
  NEXT(dfx_call, context, request);
  NEXT(dfx_call, request, response);
  NEXT(dfx_call, response, diagnostics);
  LAST(dfx_call, diagnostics);
  FIRST(dfx_host, context);
  NEXT(dfx_host, context, get_extension);
  LAST(dfx_host, get_extension);
}

TEST(Abi, TheEntryBeginsWithFourIntegersForever) {
  FIRST(dfx_plugin, magic);
  NEXT(dfx_plugin, magic, abi_major);
  NEXT(dfx_plugin, abi_major, abi_minor);
  NEXT(dfx_plugin, abi_minor, reserved);
  NEXT(dfx_plugin, reserved, name);
  NEXT(dfx_plugin, name, version);
  NEXT(dfx_plugin, version, describe);
  NEXT(dfx_plugin, describe, create);
  LAST(dfx_plugin, create);
  constexpr std::uint32_t magic = DFX_MAGIC;
  EXPECT_EQ(std::memcmp(&magic, "Ddfx", 4), 0);
  static_assert(DFX_ABI_MAJOR == 0);
}

TEST(Abi, TheProviderHasItsFunctionsInOrder) {
  FIRST(dfx_provider, context);
  NEXT(dfx_provider, context, destroy);
  NEXT(dfx_provider, destroy, expand);
  NEXT(dfx_provider, expand, normalize);
  NEXT(dfx_provider, normalize, migrate);
  NEXT(dfx_provider, migrate, plan);
  NEXT(dfx_provider, plan, read);
  NEXT(dfx_provider, read, apply);
  NEXT(dfx_provider, apply, health);
  NEXT(dfx_provider, health, get_extension);
  LAST(dfx_provider, get_extension);
}

TEST(Abi, ExtensionsHaveTheirFunctionsInOrder) {
  FIRST(dfx_clock, time_left_ms);
  NEXT(dfx_clock, time_left_ms, cancelled);
  NEXT(dfx_clock, cancelled, now_ms);
  LAST(dfx_clock, now_ms);
  FIRST(dfx_progress, say);
  LAST(dfx_progress, say);
  FIRST(dfx_journal, checkpoint);
  LAST(dfx_journal, checkpoint);
  FIRST(dfx_secret, reveal);
  NEXT(dfx_secret, reveal, keep);
  LAST(dfx_secret, keep);
  FIRST(dfx_http, request);
  LAST(dfx_http, request);
  FIRST(dfx_net, probe);
  LAST(dfx_net, probe);
  EXPECT_STREQ(DFX_CLOCK_ID, "dfx.clock/1");
  EXPECT_STREQ(DFX_PROGRESS_ID, "dfx.progress/1");
  EXPECT_STREQ(DFX_JOURNAL_ID, "dfx.journal/1");
  EXPECT_STREQ(DFX_SECRET_ID, "dfx.secret/1");
  EXPECT_STREQ(DFX_HTTP_ID, "dfx.http/1");
  EXPECT_STREQ(DFX_NET_ID, "dfx.net/1");
}

TEST(Abi, StatusesAreFrozen) {
  const int statuses[] = {DFX_OK,        DFX_INVALID,     DFX_ABSENT,   DFX_CONFLICT,  DFX_AUTH,       DFX_TRANSIENT,
                          DFX_UNREACHABLE, DFX_IN_DOUBT, DFX_CANCELLED, DFX_UNSUPPORTED, DFX_INTERNAL};
  for (int i = 0; i <= 10; ++i) EXPECT_EQ(statuses[i], i);
}
