// Runs a fuzz target without libFuzzer: every seed, then a bounded number of random mutations of them. The same numbers
// on every run: what fails once fails again.
//   fuzz_json SEEDS_FOLDER [MUTATIONS]
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "tests/fuzz/fuzz.hpp"

namespace {

using Bytes = std::string;

std::string g_current;  // what the target is looking at, for whoever has to repeat it

void write_current(int signal) {
  std::ofstream("fuzz-crash", std::ios::binary) << g_current;
  std::fputs("the input is in ./fuzz-crash\n", stderr);
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void look_at(const Bytes& input) {
  g_current = input;
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

std::vector<Bytes> read_seeds(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::vector<Bytes> out{""};
  for (const auto& file : files) {
    std::ifstream in(file, std::ios::binary);
    out.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  return out;
}

class Mutator {
 public:
  explicit Mutator(const std::vector<Bytes>& seeds) : x_seeds(seeds) {}

  Bytes next() {
    Bytes out = seed();
    for (std::size_t edits = 1 + below(6); edits > 0; --edits) edit(out);
    return out;
  }

 private:
  std::size_t below(std::size_t limit) { return limit == 0 ? 0 : x_random() % limit; }
  const Bytes& seed() { return x_seeds[below(x_seeds.size())]; }

  void edit(Bytes& bytes) {
    // Characters that mean something to one of the formats, and some that mean nothing anywhere.
    static constexpr std::string_view k_special("{}[]\",:\\/%$.#&*!|>-?'\n\t \0\xFF\xC3\xE2\x80~0123456789eEunta", 50);
    const std::size_t at = below(bytes.size() + 1);
    switch (below(6)) {
      case 0: bytes.insert(at, 1, k_special[below(k_special.size())]); return;
      case 1: if (at < bytes.size()) bytes[at] = k_special[below(k_special.size())]; return;
      case 2: bytes.erase(at, 1 + below(8)); return;
      case 3: if (at < bytes.size()) bytes[at] = static_cast<char>(bytes[at] ^ (1 << below(8))); return;
      case 4: bytes.insert(at, bytes.substr(below(bytes.size() + 1), below(32))); return;
      case 5: splice(bytes, at); return;
    }
  }

  // The head of this one, the tail of another.
  void splice(Bytes& bytes, std::size_t at) {
    const Bytes& other = seed();
    bytes = bytes.substr(0, at) + other.substr(below(other.size() + 1));
  }

  const std::vector<Bytes>& x_seeds;
  std::minstd_rand x_random{1};
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: %s SEEDS_FOLDER [MUTATIONS]\n", argv[0]);
    return 8;
  }
  for (int signal : {SIGABRT, SIGSEGV, SIGFPE}) std::signal(signal, &write_current);
  const std::vector<Bytes> seeds = read_seeds(argv[1]);
  for (const Bytes& seed : seeds) look_at(seed);
  const int mutations = argc > 2 ? std::atoi(argv[2]) : 2000;
  Mutator mutator(seeds);
  for (int i = 0; i < mutations; ++i) look_at(mutator.next());
  std::printf("%zu seeds, %d mutations\n", seeds.size(), mutations);
}
