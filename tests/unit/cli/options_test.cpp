#include "cli/options.hpp"

#include <gtest/gtest.h>

namespace dfx {
namespace {

Diagnostic refused(const std::vector<std::string>& arguments) {
  try {
    parse_options(arguments);
  } catch (const Error& e) {
    return e.diagnostics().list().front();
  }
  ADD_FAILURE() << "was accepted";
  return {};
}

TEST(Options, NameTheStackByWordOrFlag) {
  EXPECT_EQ(parse_options({"plan"}).workspace.stack_file, "stack.yaml");
  EXPECT_FALSE(parse_options({"plan"}).stack_named);
  EXPECT_EQ(parse_options({"plan", "home.yaml"}).workspace.stack_file, "home.yaml");
  EXPECT_EQ(parse_options({"plan", "-f", "home.yaml"}).workspace.stack_file, "home.yaml");
  EXPECT_EQ(parse_options({"plan", "--file=home.yaml"}).workspace.stack_file, "home.yaml");
  EXPECT_EQ(refused({"plan", "a.yaml", "-f", "b.yaml"}).code, "usage.two-stacks");
}

TEST(Options, TakeFlagsAnywhere) {
  const Options options = parse_options({"-e", "home", "apply", "--yes", "x.yaml", "--parallelism", "4"});
  EXPECT_EQ(options.command, "apply");
  EXPECT_EQ(options.workspace.environment, "home");
  EXPECT_TRUE(options.yes);
  EXPECT_EQ(options.parallelism, 4u);
  EXPECT_EQ(options.workspace.stack_file, "x.yaml");
}

TEST(Options, ReadRepeatableFlagsAndRefuseOthersTwice) {
  EXPECT_EQ(parse_options({"plan", "--replace", "c/t.item/a", "--replace", "c/t.item/b"}).replace.size(), 2u);
  EXPECT_EQ(refused({"plan", "-e", "a", "-e", "b"}).code, "usage.repeated-flag");
}

TEST(Options, TakeNoAbbreviatedFlags) {
  EXPECT_EQ(refused({"plan", "--env", "home"}).code, "usage.unknown-flag");
  EXPECT_EQ(refused({"apply", "--par", "4"}).code, "usage.unknown-flag");
}

TEST(Options, SuggestWhatWasMeant) {
  EXPECT_EQ(refused({"aply"}).help, "did you mean `dfx apply`?");
  EXPECT_EQ(refused({"up"}).help, "here it is `dfx apply`");
  EXPECT_EQ(refused({"apply", "--yse"}).help, "did you mean `--yes`?");
  EXPECT_EQ(refused({"apply", "--auto-approve"}).help, "here it is `--yes`");
  EXPECT_EQ(refused({"state", "lst"}).help, "did you mean `dfx state list`?");
  EXPECT_EQ(refused({"frobnicate"}).help, "see `dfx --help`");
}

TEST(Options, RefuseFlagsOfOtherCommands) {
  const Diagnostic d = refused({"status", "--yes"});
  EXPECT_EQ(d.code, "usage.unknown-flag");
  EXPECT_EQ(d.help, "other commands have it; see `dfx status --help`");
}

TEST(Options, RefuseStrayAndMissingWords) {
  EXPECT_EQ(refused({"plan", "a.yaml", "b"}).code, "usage.extra-word");
  EXPECT_EQ(refused({"state"}).code, "usage.missing-word");
  EXPECT_EQ(refused({"version", "x"}).code, "usage.extra-word");
}

TEST(Options, RefuseBadValues) {
  EXPECT_EQ(refused({"apply", "--parallelism", "0"}).code, "usage.bad-flag");
  EXPECT_EQ(refused({"apply", "--parallelism", "many"}).code, "usage.bad-flag");
  EXPECT_EQ(refused({"plan", "--replace", "cp-a"}).code, "usage.bad-address");
  EXPECT_EQ(refused({"plan", "-e", ""}).code, "usage.bad-flag");
}

TEST(Options, GiveHelpWhateverElseIsSaid) {
  for (const auto& line : std::vector<std::vector<std::string>>{{}, {"--help"}, {"-h"}, {"help"}}) {
    const Options options = parse_options(line);
    EXPECT_EQ(options.command, "help");
    EXPECT_EQ(options.word(0), "");
  }
  for (const auto& line : std::vector<std::vector<std::string>>{{"help", "plan"}, {"plan", "--help"}, {"plan", "--nonsense", "-h"}})
    EXPECT_EQ(parse_options(line).word(0), "plan");
  EXPECT_EQ(refused({"help", "pln"}).help, "did you mean `dfx plan`?");
}

TEST(Options, TellAnAddressFromAStackFile) {
  const Options options = parse_options({"state", "show", "lxd/lxd.instance/a", "home.yaml"});
  EXPECT_EQ(options.words, (std::vector<std::string>{"show", "lxd/lxd.instance/a"}));
  EXPECT_EQ(options.workspace.stack_file, "home.yaml");
  EXPECT_EQ(parse_options({"state", "show", "lxd/lxd.file/a.yaml"}).word(1), "lxd/lxd.file/a.yaml");
}

TEST(Options, AreAskedForJsonEvenWhenTheLineIsWrong) {
  EXPECT_TRUE(asks_for_json({"paln", "--json"}));
  EXPECT_FALSE(asks_for_json({"plan", "--", "--json"}));
}

}  // namespace
}  // namespace dfx
