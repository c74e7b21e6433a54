// Reaching into a machine: commands, files, cloud-init, the console.
#include "tests/contract/lxd/fixture.hpp"

namespace dfx::contract {
namespace {

class Guest : public LxdContract {
 protected:
  std::string path = "/1.0/instances/" + machine();
  std::string file(const std::string& name) { return path + "/files?path=" + name; }
  Answer exec(const std::vector<std::string>& command) {
    return lxd.post(path + "/exec", {{"command", command}, {"record-output", true}});
  }
};

TEST_F(Guest, ARecordedCommandLeavesItsOutputAndExitCode) {
  ASSERT_TRUE(accepted(lxd.send("POST", file("/root/said"), "said\n")));
  const Json done = lxd.finish(exec({"cat", "/root/said"}));
  ASSERT_TRUE(succeeded(done));
  EXPECT_EQ(done.at("description"), "Executing command");
  EXPECT_EQ(done.at("metadata").at("return"), 0);
  for (const auto& [stream, text] : {std::pair{"1", "said\n"}, std::pair{"2", ""}}) {
    const std::string url = done.at("metadata").at("output").at(stream);
    EXPECT_EQ(lxd.get(url).body, text);
    ASSERT_TRUE(accepted(lxd.remove(url)));
    EXPECT_EQ(lxd.get(url).status, 500);
    EXPECT_EQ(lxd.remove(url).status, 404);
  }
}

TEST_F(Guest, ACommandThatFailsIsAnOperationThatSucceeds) {
  const Json done = lxd.finish(exec({"false"}));
  EXPECT_TRUE(succeeded(done));
  EXPECT_EQ(done.at("metadata").at("return"), 1);
}

TEST_F(Guest, ACommandThatIsNotThereFailsTheOperation) {
  const Json done = lxd.finish(exec({"no-such-command"}));
  EXPECT_TRUE(failed(done, "Command not found"));
  EXPECT_EQ(done.at("metadata").at("return"), 127);
}

TEST_F(Guest, CloudInitEndsAndSaysHow) {
  const auto [code, text] = run({"cloud-init", "status", "--wait", "--format", "json"});
  EXPECT_EQ(code, 0);
  const Json status = Json::parse(text.substr(text.find('{')));
  EXPECT_EQ(status.at("status"), "done");
  EXPECT_EQ(status.at("errors"), Json::array());
  EXPECT_EQ(status.at("datasource"), "lxd");
  // What user-data asked for is there by then.
  EXPECT_EQ(lxd.get(file("/etc/hostname")).body, "contract-machine\n");
  EXPECT_EQ(lxd.get(file("/root/marker")).body, "from user-data\n");
}

TEST_F(Guest, FilesGoInAndComeOutWithTheirMode) {
  const Headers headers = {{"X-LXD-mode", "0600"}, {"X-LXD-uid", "0"}, {"X-LXD-gid", "0"}};
  ASSERT_TRUE(accepted(lxd.send("POST", file("/root/note"), "first\n", headers)));
  ASSERT_TRUE(accepted(lxd.send("POST", file("/root/note"), "second\n", {{"X-LXD-write", "append"}})));
  const Answer answer = lxd.get(file("/root/note"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "first\nsecond\n");
  EXPECT_EQ(answer.header("content-type"), "application/octet-stream");
  EXPECT_EQ(answer.header("x-lxd-type"), "file");
  EXPECT_EQ(answer.header("x-lxd-mode"), "0600");
  EXPECT_EQ(answer.header("x-lxd-uid"), "0");
  EXPECT_EQ(answer.header("x-lxd-gid"), "0");
  ASSERT_TRUE(accepted(lxd.remove(file("/root/note"))));
  EXPECT_TRUE(refused(lxd.get(file("/root/note")), 404, "Not Found"));
  EXPECT_TRUE(refused(lxd.remove(file("/root/note")), 404, "Not Found"));
}

TEST_F(Guest, FilesThatCannotBeAreRefused) {
  EXPECT_TRUE(refused(lxd.get(file("/etc/nope")), 404, "Not Found"));
  EXPECT_TRUE(refused(lxd.get(path + "/files"), 400, "Missing path argument"));
  EXPECT_TRUE(refused(lxd.send("POST", file("/no/such/folder"), "x"), 404, "Not Found"));
  EXPECT_TRUE(refused(lxd.send("POST", file("/root/x"), "x", {{"X-LXD-type", "weird"}}), 400,
                      "Bad file type: weird"));
}

TEST_F(Guest, OnlyLogsOfKnownNamesCanBeAskedFor) {
  EXPECT_TRUE(refused(lxd.get(path + "/logs/nope"), 400, "log file name nope not valid"));
  const std::vector<std::string> logs = lxd.get(path + "/logs").metadata();
  EXPECT_NE(std::find(logs.begin(), logs.end(), path + "/logs/lxc.log"), logs.end());
}

}  // namespace
}  // namespace dfx::contract
