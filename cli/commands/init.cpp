#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string_view>

#include "cli/commands/answer.hpp"
#include "cli/render/value.hpp"
#include "core/model/address.hpp"

namespace dfx::commands {
namespace {

constexpr std::string_view k_head = R"(# What this stack is made of. `dfx explain stack` says what may stand here, `dfx explain lxd` what lxd understands.
dfx: 1                          # format of this file
stack: )";

constexpr std::string_view k_body = R"(
default_environment: sandbox    # nothing real is touched unless -e home is said

vars:
  gateway: 192.168.0.1

components:
  lxd:
    hosts:
      one: {url: "https://192.168.0.10:8443"}
    defaults:
      type: container           # or virtual-machine
      image: ubuntu/24.04
      network: {parent: br0, gateway: "${var.gateway}", dns: ["${var.gateway}"]}
    machines:
      first: {host: one, cpu: 1, memory: 1GiB, address: 192.168.0.161/24}
      # second: {host: one, cpu: 2, memory: 2GiB, address: 192.168.0.162/24}

environments:
  home: {}                      # as above, on the real hosts
  sandbox: {sandbox: true}      # the same against a simulated world on this machine
)";

// The folder's name, as far as it can be a stack's.
std::string stack_name(const std::filesystem::path& file) {
  std::string out;
  for (char c : std::filesystem::absolute(file).parent_path().filename().string()) {
    const char small = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    const bool good = (small >= 'a' && small <= 'z') || (small >= '0' && small <= '9');
    if (good) out += small;
    else if (!out.empty() && out.back() != '-') out += '-';
  }
  while (!out.empty() && out.back() == '-') out.pop_back();
  return is_dns_label(out) ? out : "home";
}

// Never over a file that is there.
void write_new(const std::filesystem::path& file, const std::string& text) {
  const int fd = open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (fd < 0 && errno == EEXIST)
    throw Error("usage.file-exists", "there is a stack file already", file.string() + " is left as it is",
                "edit it, or name another file: dfx init NAME.yaml");
  const bool good = fd >= 0 && write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const int problem = errno;
  if (fd >= 0) close(fd);
  if (!good) throw Error("init.not-written", "the stack file could not be written", file.string() + ": " + std::strerror(problem));
}

}  // namespace

ExitCode init(Context& context) {
  const std::filesystem::path& file = context.options.workspace.stack_file;
  write_new(file, std::string(k_head) + stack_name(file) + std::string(k_body));
  if (!context.options.json) context.result.out() << "Wrote " << file.string() << ".\n" << std::flush;
  const Expanded& expanded = context.workspace.engine(Access::settings).expand();
  context.workspace.lock_plugins();
  if (context.options.json) {
    print_json(context.result, ExitCode::ok, {{"file", file.string()}, {"resources", expanded.resources.size()}});
    return ExitCode::ok;
  }
  context.result.out() << "It asks for one machine on one host: " << resources_text(context.workspace, expanded)
                       << ".\nTo try it against a simulated world: " << command_line(context, "apply -e sandbox") << '\n';
  return ExitCode::ok;
}

}  // namespace dfx::commands
