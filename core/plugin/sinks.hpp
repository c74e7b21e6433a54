// Where a plugin writes: bounded, copied at once. What it writes is believed only after it was looked at.
#pragma once
#include <dfx/plugin.h>

#include <mutex>
#include <string>
#include <vector>

#include "core/model/call.hpp"
#include "core/model/diagnostics.hpp"

namespace dfx {

// Collects bytes up to a limit. [one thread at a time]
class ByteSink {
 public:
  explicit ByteSink(std::size_t most_bytes);
  ByteSink(const ByteSink&) = delete;
  ByteSink& operator=(const ByteSink&) = delete;

  const dfx_sink* raw() const { return &x_raw; }
  // Empty, or what was wrong with the writing: too much, or a null pointer.
  const std::string& problem() const { return x_problem; }
  bool too_large() const { return x_too_large; }
  std::string take() { return std::move(x_bytes); }

 private:
  static std::int32_t write(const dfx_sink* sink, dfx_bytes bytes) noexcept;
  std::int32_t refuse(std::string why);

  dfx_sink x_raw;
  const std::size_t x_most_bytes;
  std::string x_bytes;
  std::string x_problem;
  bool x_too_large = false;
};

// Collects diagnostics: JSON records of the plugin, one per write, and those of the host's services. Of too many and
// too large ones the words remain that they were left out. [any]
class DiagnosticsSink {
 public:
  // `who`: "plugin `lxd`, read of ...", for the host's own words.
  explicit DiagnosticsSink(std::string who);
  DiagnosticsSink(const DiagnosticsSink&) = delete;
  DiagnosticsSink& operator=(const DiagnosticsSink&) = delete;

  const dfx_sink* raw() const { return &x_raw; }
  void add(const Diagnostic& d);
  // Everything so far: secrets out, errors with their class and, if they name none, with the call's address.
  Diagnostics take(const SecretVault* secrets, ErrorClass error_class, const std::string& address);

 private:
  static std::int32_t write(const dfx_sink* sink, dfx_bytes bytes) noexcept;
  void take_record(std::string_view text);

  dfx_sink x_raw;
  const std::string x_who;
  std::mutex x_mutex;
  std::vector<Diagnostic> x_list;
  std::size_t x_left_out = 0;
};

}  // namespace dfx
