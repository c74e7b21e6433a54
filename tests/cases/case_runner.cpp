// Runs the end-to-end cases: every folder below that holds a file `steps`. In a copy of the folder, line by line:
//   $ command      run by sh, with dfx in PATH
//   exit N         its exit code; 0 if nothing is said
//   line TEXT      one line of what it said (stdout or stderr) is exactly TEXT
//   has TEXT       TEXT stands in what it said; "lacks TEXT": it does not
//   # remark
// Commands find $SHARED (files of several cases), $EXAMPLES, $PLUGINS and $BAD_PLUGINS. A remark "# needs: NAME" skips the
// case where there is no such program.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct Step {
  int line = 0;
  std::string command;
  int exit_code = 0;
  std::vector<std::string> lines, has, lacks;
};

std::vector<Step> read_steps(const fs::path& file) {
  std::vector<Step> out;
  std::ifstream in(file);
  int number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (line.empty() || line[0] == '#') continue;
    const std::string word = line.substr(0, line.find(' ')), rest = line.substr(std::min(line.find(' ') + 1, line.size()));
    if (word == "$") out.push_back({number, rest, 0, {}, {}, {}});
    else if (out.empty()) ADD_FAILURE() << file << ":" << number << ": no command yet";
    else if (word == "exit") out.back().exit_code = std::stoi(rest);
    else if (word == "line") out.back().lines.push_back(rest);
    else if (word == "has") out.back().has.push_back(rest);
    else if (word == "lacks") out.back().lacks.push_back(rest);
    else ADD_FAILURE() << file << ":" << number << ": `" << word << "` is no word of a case";
  }
  return out;
}

class Case : public testing::Test {
 public:
  explicit Case(fs::path folder) : x_folder(std::move(folder)) {}

  void TestBody() override {
    if (const std::string missing = missing_program(); !missing.empty()) GTEST_SKIP() << "there is no " << missing << " here";
    std::string name = testing::TempDir() + "/dfx-case-XXXXXX";
    const fs::path work = mkdtemp(name.data());
    fs::copy(x_folder, work, fs::copy_options::recursive);
    fs::remove(work / "steps");
    for (const Step& step : read_steps(x_folder / "steps")) {
      run(step, work);
      if (HasFailure()) break;
    }
    fs::remove_all(work);
  }

 private:
  void run(const Step& step, const fs::path& work) {
    const fs::path said = work / ".said";
    const std::string command = "cd '" + work.string() + "' && sh -c '" + escaped(step.command) + "' >'" + said.string() + "' 2>&1 </dev/null";
    const int status = std::system(command.c_str());
    const std::string output = read_file(said);
    const std::string where = (x_folder / "steps").string() + ":" + std::to_string(step.line) + ": " + step.command + "\n" + output;
    const std::string framed = "\n" + output + "\n";
    EXPECT_EQ(WIFEXITED(status) ? WEXITSTATUS(status) : -1, step.exit_code) << where;
    for (const std::string& text : step.lines) EXPECT_NE(framed.find("\n" + text + "\n"), std::string::npos) << where << "\nlacks the line: " << text;
    for (const std::string& text : step.has) EXPECT_NE(output.find(text), std::string::npos) << where << "\nlacks: " << text;
    for (const std::string& text : step.lacks) EXPECT_EQ(output.find(text), std::string::npos) << where << "\nhas: " << text;
  }

  std::string missing_program() const {
    std::ifstream in(x_folder / "steps");
    constexpr std::string_view k_needs = "# needs: ";
    for (std::string line; std::getline(in, line);) {
      if (line.compare(0, k_needs.size(), k_needs) != 0) continue;
      const std::string program = line.substr(k_needs.size());
      if (std::system(("command -v " + program + " >/dev/null 2>&1").c_str()) != 0) return program;
    }
    return {};
  }

  static std::string escaped(const std::string& text) {
    std::string out;
    for (char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out;
  }

  fs::path x_folder;
};

void register_cases(const fs::path& root) {
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (entry.path().filename() != "steps") continue;
    const fs::path folder = entry.path().parent_path();
    testing::RegisterTest("Case", fs::relative(folder, root).string().c_str(), nullptr, nullptr, __FILE__, __LINE__,
                          [folder]() -> testing::Test* { return new Case(folder); });
  }
}

// What every command of every case finds around it.
void prepare() {
  const char* path = std::getenv("PATH");
  setenv("PATH", (std::string(DFX_BINARY_DIR ":") + (path != nullptr ? path : "")).c_str(), 1);
  setenv("DFX_PLUGIN_PATH", DFX_PLUGINS ":" DFX_TEST_PLUGINS, 1);
  setenv("PLUGINS", DFX_PLUGINS, 1);
  setenv("BAD_PLUGINS", DFX_BAD_PLUGINS, 1);
  setenv("EXAMPLES", DFX_EXAMPLES, 1);
  setenv("SHARED", DFX_CASES_DIR "/shared", 1);
  setenv("NO_COLOR", "1", 1);
  setenv("LC_ALL", "C.UTF-8", 1);
}

}  // namespace

int main(int argc, char** argv) {
  prepare();
  testing::InitGoogleTest(&argc, argv);
  register_cases(DFX_CASES_DIR);
  return RUN_ALL_TESTS();
}
