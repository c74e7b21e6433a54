// One broken plugin per fault: each is one clear error with a code of its own, none takes dfx down.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "core/plugin/plugin_host.hpp"
#include "tests/fakes/memory_vault.hpp"

namespace dfx {
namespace {

namespace fs = std::filesystem;

constexpr const char* k_address = "a/bad.thing/one";

std::string request_to(const std::string& plugin) { return R"({"kind":")" + plugin + R"(.thing","connection":null,"items":[]})"; }

const void* no_extension(const dfx_host*, const char*) { return nullptr; }
constexpr dfx_host k_host = {nullptr, &no_extension};

class BadPlugins : public testing::Test {
 protected:
  static PluginHostOptions options() {
    PluginHostOptions o;
    o.most_response_bytes = 4u << 20;
    o.grace = std::chrono::milliseconds(20);
    return o;
  }

  void use(const std::string& name) {
    const InstalledPlugin* plugin = catalog.find(name);
    ASSERT_NE(plugin, nullptr) << name << " is not in " << DFX_BAD_PLUGINS;
    host.use(*plugin);
  }

  // What use() says: "code | detail".
  std::string refusal(const std::string& name) {
    try {
      use(name);
    } catch (const Error& e) {
      const Diagnostic& d = e.diagnostics().list().front();
      EXPECT_FALSE(d.help.empty()) << d.code;
      EXPECT_EQ(d.detail.find("/proc/self"), std::string::npos) << d.detail;
      EXPECT_FALSE(host.in_use(name));
      return d.code + " | " + d.detail;
    }
    return "loaded";
  }

  CallResult call(const std::string& plugin, Function function, std::chrono::milliseconds timeout = std::chrono::minutes(1)) {
    CallContext context;
    context.address = k_address;
    context.secrets = &vault;
    context.cancel = stop.get_token();
    context.deadline = std::chrono::steady_clock::now() + timeout;
    return host.call(plugin, function, context, request_to(plugin));
  }

  // One error and no response: "status | code | detail".
  static std::string fault(const CallResult& result) {
    EXPECT_EQ(result.response, "");
    EXPECT_EQ(result.diagnostics.list().size(), 1u);
    if (result.diagnostics.empty()) return to_string(result.status);
    const Diagnostic& d = result.diagnostics.list().front();
    EXPECT_EQ(d.severity, Severity::error);
    EXPECT_EQ(d.error_class, error_class_of(result.status));
    EXPECT_EQ(d.address, k_address);
    return std::string(to_string(result.status)) + " | " + d.code + " | " + d.detail;
  }

  static std::string file(const std::string& name) { return DFX_BAD_PLUGINS "/" + name + ".so"; }

  Catalog catalog{{DFX_BAD_PLUGINS}};
  fakes::MemoryVault vault;
  std::stop_source stop;
  PluginHost host{&k_host, options()};
};

std::string read_of(const std::string& plugin, const std::string& what) {
  return "internal | plugin." + plugin.substr(0, plugin.find(' ')) + " | plugin `" + plugin.substr(plugin.find(' ') + 1) +
         "`, read of a/bad.thing/one: " + what;
}

std::string apply_of(const std::string& plugin, const std::string& what) {
  std::string text = read_of(plugin, what);
  return text.replace(text.find("`, read of"), 10, "`, apply of");
}

}  // namespace

TEST_F(BadPlugins, TheSoundOneWorks) {
  EXPECT_TRUE(catalog.problems().empty());
  use("sound");
  const CallResult result = call("sound", Function::apply);
  EXPECT_EQ(result.status, CallStatus::ok);
  EXPECT_EQ(result.response, "{}\n");
  EXPECT_TRUE(result.diagnostics.empty());
  EXPECT_EQ(host.find_kind("sound.thing")->plugin, "sound");
  EXPECT_EQ(host.find_kind("sound.other"), nullptr);
}

TEST_F(BadPlugins, EachThatCannotBeLoadedHasItsOwnWords) {
  EXPECT_EQ(refusal("wrong-magic"), "plugin.wrong-magic | " + file("wrong-magic") + ": its entry is none of a dfx plugin");
  EXPECT_EQ(refusal("wrong-major"), "plugin.wrong-abi | " + file("wrong-major") + ": it was built for ABI 7, this dfx has ABI 0");
  EXPECT_EQ(refusal("null-describe"), "plugin.bad-entry | " + file("null-describe") + ": its entry has a null pointer");
  EXPECT_EQ(refusal("wrong-name"), "plugin.wrong-name | " + file("wrong-name") + ": it says that its name is `somebody-else`");
  EXPECT_EQ(refusal("no-entry"), "plugin.no-entry | " + file("no-entry") + ": it exports no dfx_plugin_entry");
  EXPECT_EQ(refusal("undefined-symbol"),
            "plugin.undefined-symbol | " + file("undefined-symbol") + ": undefined symbol: dfx_function_that_is_nowhere");
}

TEST_F(BadPlugins, EachThatCannotDescribeOrCreateHasItsOwnWords) {
  EXPECT_EQ(refusal("throws-in-describe"),
            "plugin.describe-failed | " + file("throws-in-describe") + ": describe threw an exception: no idea who I am");
  EXPECT_EQ(refusal("describes-garbage"), "plugin.bad-manifest | " + file("describes-garbage") +
                                              ": what it says about itself is no JSON: syntax error at byte 2");
  EXPECT_EQ(refusal("lies"), "plugin.manifest-differs | " + file("lies") +
                                 ": its manifest file says something else than the library itself, first at /kinds");
  EXPECT_EQ(refusal("throws-in-create"),
            "plugin.create-failed | " + file("throws-in-create") + ": create threw something that is no exception");
  EXPECT_EQ(refusal("creates-nothing"), "plugin.create-failed | " + file("creates-nothing") + ": create gave no provider");
  EXPECT_EQ(refusal("null-function"), "plugin.bad-provider | " + file("null-function") + ": its provider has a null pointer");
}

TEST_F(BadPlugins, ExceptionsDoNotCross) {
  use("throws-in-apply");
  EXPECT_EQ(fault(call("throws-in-apply", Function::read)),
            read_of("exception throws-in-apply", "it threw an exception: index 7 of 3"));
  EXPECT_EQ(fault(call("throws-in-apply", Function::apply)),
            apply_of("exception throws-in-apply", "it threw something that is no exception"));
}

TEST_F(BadPlugins, AnswersAreLookedAtBeforeAnybodyBelievesThem) {
  for (const char* name : {"garbage-json", "invalid-utf8", "deep-json", "no-object", "no-answer"}) use(name);
  EXPECT_EQ(fault(call("garbage-json", Function::read)),
            read_of("bad-answer garbage-json", "line 2 of its answer: syntax error at byte 12"));
  EXPECT_EQ(fault(call("garbage-json", Function::apply)), apply_of("bad-answer garbage-json", "syntax error at byte 0"));
  EXPECT_EQ(fault(call("invalid-utf8", Function::read)),
            read_of("bad-answer invalid-utf8", "line 1 of its answer: bad UTF-8 at byte 16"));
  EXPECT_EQ(fault(call("invalid-utf8", Function::apply)), apply_of("bad-answer invalid-utf8", "bad UTF-8 at byte 14"));
  EXPECT_EQ(fault(call("deep-json", Function::read)),
            read_of("bad-answer deep-json", "line 1 of its answer: nested deeper than 128 at byte 140"));
  EXPECT_EQ(fault(call("no-object", Function::read)), read_of("bad-answer no-object", "line 1 of its answer: no JSON object"));
  EXPECT_EQ(fault(call("no-object", Function::apply)), apply_of("bad-status no-object", "status 77"));
  EXPECT_EQ(fault(call("no-answer", Function::read)), read_of("bad-answer no-answer", "it wrote from a null pointer"));
  EXPECT_EQ(fault(call("no-answer", Function::apply)),
            apply_of("no-answer no-answer", "it says that it is done, but wrote nothing"));
}

TEST_F(BadPlugins, OutputHasALimit) {
  use("huge-output");
  EXPECT_EQ(fault(call("huge-output", Function::read)),
            read_of("answer-too-large huge-output", "it wrote more than 4194304 bytes"));
}

TEST_F(BadPlugins, ACallThatNeverComesBackIsGivenUp) {
  use("hangs");
  const std::string read = fault(call("hangs", Function::read, std::chrono::milliseconds(1)));
  EXPECT_EQ(read.substr(0, read.find(", but")),
            "unreachable | plugin.no-return | plugin `hangs`, read of a/bad.thing/one: its time was up");
  stop.request_stop();
  const std::string apply = fault(call("hangs", Function::apply));
  EXPECT_EQ(apply.substr(0, apply.find(", but")),
            "in_doubt | plugin.no-return | plugin `hangs`, apply of a/bad.thing/one: it was told to stop");
  EXPECT_EQ(host.left_behind(), 2u);
}

TEST_F(BadPlugins, OneThatHangsDoesNotKeepOthersWaiting) {
  use("hangs");
  use("sound");
  call("hangs", Function::read, std::chrono::milliseconds(1));
  EXPECT_EQ(call("hangs", Function::health).status, CallStatus::ok);
  EXPECT_EQ(call("sound", Function::read).status, CallStatus::ok);
}

TEST_F(BadPlugins, ASerialOneThatHangsRefusesWhatComesAfter) {
  use("hangs-serially");
  call("hangs-serially", Function::read, std::chrono::milliseconds(1));
  const CallResult next = call("hangs-serially", Function::health);
  EXPECT_EQ(fault(next).substr(0, 24), "transient | plugin.stuck");
}

TEST_F(BadPlugins, ASerialOneRefusesWhoeverWaitsWhileItHangs) {
  use("hangs-serially");
  std::jthread first([this] { call("hangs-serially", Function::read, std::chrono::milliseconds(1)); });
  std::jthread second([this] {
    EXPECT_NE(call("hangs-serially", Function::apply, std::chrono::milliseconds(1)).status, CallStatus::ok);
  });
}

TEST_F(BadPlugins, MessagesOfAWrongSortAreRefusedInWords) {
  use("bad-diagnostics");
  const CallResult result = call("bad-diagnostics", Function::read);
  EXPECT_EQ(result.status, CallStatus::conflict);
  EXPECT_EQ(result.response, "");
  std::vector<std::string> words;
  for (const Diagnostic& d : result.diagnostics.list()) {
    const std::size_t who = d.detail.find(": ");
    words.push_back(d.code + " " + d.detail.substr(who == std::string::npos ? 0 : who + 2));
  }
  EXPECT_EQ(words, (std::vector<std::string>{
                       "plugin.bad-diagnostic syntax error at byte 1", "plugin.bad-diagnostic it is no object",
                       "plugin.bad-diagnostic its `severity` is neither error nor warning",
                       "plugin.bad-diagnostic its `code` is no word of a-z, 0-9, `.`, `-` and `_`",
                       "plugin.bad-diagnostic it has no `summary`", "plugin.bad-diagnostic its `summary` is no text",
                       "bad.sound what", "plugin.bad-diagnostic 1048576 bytes are more than the limit of 65536"}));
  EXPECT_EQ(result.diagnostics.list()[6].error_class, ErrorClass::conflict);
  EXPECT_EQ(result.diagnostics.list()[6].path, "/x");
}

TEST_F(BadPlugins, MessagesHaveALimit) {
  use("bad-diagnostics");
  const CallResult result = call("bad-diagnostics", Function::apply);
  ASSERT_EQ(result.diagnostics.list().size(), 101u);
  EXPECT_NE(result.diagnostics.list().back().detail.find("it wrote 4900 messages more"), std::string::npos);
}

TEST_F(BadPlugins, PlainSecretsAreSealedAtTheSink) {
  use("plain-secret");
  const CallResult applied = call("plain-secret", Function::apply);
  ASSERT_EQ(applied.status, CallStatus::ok);
  const Json node = parse_json(applied.response)["outputs"]["token"]["$dfx"];
  EXPECT_EQ(node["secret"], "a/bad.thing/one#/token");
  EXPECT_EQ(vault.reveal("a/bad.thing/one#/token"), "hunter2-in-the-clear");
  EXPECT_EQ(applied.diagnostics.list().front().detail, "the token is (secret)");

  const CallResult read = call("plain-secret", Function::read);
  EXPECT_EQ(read.response.find("hunter2"), std::string::npos);
  EXPECT_NE(read.response.find(canonical(node)), std::string::npos) << "the same secret must look the same: " << read.response;
  EXPECT_NE(read.response.find(R"({"address": "a/bad.thing/two", "outputs": {"size": 4}})"), std::string::npos);
  EXPECT_EQ(vault.writes(), 1) << "an unchanged secret is written once";
}

TEST_F(BadPlugins, APlainSecretWithoutAVaultIsRefused) {
  use("plain-secret");
  CallContext context;
  context.address = k_address;
  EXPECT_EQ(fault(host.call("plain-secret", Function::read, context, request_to("plain-secret"))),
            read_of("plain-secret plain-secret", "/token: there is no place for secrets"));
}

TEST_F(BadPlugins, OnlyWhatIsInUseCanBeCalled) {
  EXPECT_EQ(fault(call("sound", Function::read)),
            "internal | plugin.not-in-use | plugin `sound`, read: it was called before it was loaded");
}

class BadPlaces : public BadPlugins {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "/dfx-places-XXXXXX";
    folder = mkdtemp(name.data());
    for (const char* end : {".so", ".dfx.json"}) fs::copy(DFX_BAD_PLUGINS "/sound" + std::string(end), folder);
  }
  void TearDown() override { fs::remove_all(folder); }

  // As if the manifest had been read a moment earlier, when everything was well.
  InstalledPlugin installed() {
    InstalledPlugin plugin = *Catalog({folder}).find("sound");
    return plugin;
  }
  std::string refusal_of(const InstalledPlugin& plugin, const Admit& admit = {}) {
    try {
      host.use(plugin, admit);
    } catch (const Error& e) {
      return e.diagnostics().list().front().code;
    }
    return "loaded";
  }

  fs::path folder;
};

TEST_F(BadPlaces, AWorldWritableFolderIsRefused) {
  const InstalledPlugin plugin = installed();
  fs::permissions(folder, fs::perms::others_write, fs::perm_options::add);
  EXPECT_EQ(refusal_of(plugin), "plugin.unsafe-place");
  const Catalog again({folder});
  EXPECT_EQ(again.find("sound"), nullptr);
  ASSERT_EQ(again.problems().list().size(), 1u);
  EXPECT_NE(again.problems().list().front().detail.find("can be written by everybody"), std::string::npos);
}

TEST_F(BadPlaces, AWorldWritableLibraryIsRefused) {
  const InstalledPlugin plugin = installed();
  fs::permissions(plugin.library, fs::perms::others_write, fs::perm_options::add);
  EXPECT_EQ(refusal_of(plugin), "plugin.unsafe-place");
}

TEST_F(BadPlaces, AMissingOrLinkedLibraryIsRefused) {
  const InstalledPlugin plugin = installed();
  fs::rename(plugin.library, folder / "other");
  EXPECT_EQ(refusal_of(plugin), "plugin.no-library");
  fs::create_symlink(folder / "other", plugin.library);
  EXPECT_EQ(refusal_of(plugin), "plugin.not-loadable");
}

TEST_F(BadPlaces, ATruncatedLibraryIsRefusedBeforeItIsMapped) {
  const InstalledPlugin plugin = installed();
  for (const std::uintmax_t left : {fs::file_size(plugin.library) / 2, std::uintmax_t{4096}, std::uintmax_t{40}, std::uintmax_t{0}}) {
    fs::resize_file(plugin.library, left);
    EXPECT_EQ(refusal_of(plugin), "plugin.truncated") << left;
  }
}

TEST_F(BadPlaces, ALibraryThatTheLockDoesNotKnowIsRefusedBeforeItRuns) {
  const auto admit = [](const std::string& digest) { throw Error("plugin.digest-mismatch", "", digest); };
  EXPECT_EQ(refusal_of(installed(), admit), "plugin.digest-mismatch");
}

}  // namespace dfx
