// Loads the plugin that template_test.sh has built outside of this tree.
#include <gtest/gtest.h>

#include <cstdlib>

#include "core/plugin/plugin_host.hpp"

namespace dfx {
namespace {

const void* no_extension(const dfx_host*, const char*) { return nullptr; }
constexpr dfx_host k_host = {nullptr, &no_extension};

}  // namespace

TEST(Template, SaysHelloThroughTheBoundary) {
  const char* folder = std::getenv("DFX_TEMPLATE_PLUGINS");
  if (folder == nullptr) GTEST_SKIP() << "DFX_TEMPLATE_PLUGINS names no folder; template_test.sh does";
  const Catalog catalog({folder});
  const InstalledPlugin* hello = catalog.find("hello");
  ASSERT_NE(hello, nullptr) << "no hello in " << folder;
  EXPECT_EQ(hello->manifest.summary, "says hello");
  PluginHost host(&k_host);
  host.use(*hello);
  CallContext context;
  context.component = "hello";
  const CallResult result = host.call("hello", Function::expand, context, R"({"component":"hello","settings":{"name":"dfx"},"uses":{}})");
  ASSERT_EQ(result.status, CallStatus::ok);
  EXPECT_EQ(parse_json(result.response), (Json{{"output", "greeting"}, {"value", "Hello, dfx!"}}));
}

}  // namespace dfx
