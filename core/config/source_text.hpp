// The lines of parsed files, for snippets under messages; lines with secrets come out redacted.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/node.hpp"
#include "core/model/diagnostics.hpp"

namespace dfx {

// A line ready to show; the caret's column and length fit the text as shown (a redacted value moves them).
struct SourceLine {
  std::string text;
  std::uint32_t column = 1;
  std::uint32_t length = 1;
};

// The files of this process. [any]
class SourceText {
 public:
  static SourceText& instance();

  // Keeps a copy of the text; the same file name again replaces it and forgets its secret places.
  void remember(const std::string& file, std::string_view text);
  // The value at that spot is a secret: it is shown as "(secret)" from now on.
  void mark_secret(const std::string& file, const Spot& spot);
  // Nothing for an unknown file, line or place.
  std::optional<SourceLine> find_line(const Place& place) const;

 private:
  struct File {
    std::string text;
    std::vector<std::size_t> line_starts;
    std::vector<Spot> secrets;
  };
  mutable std::mutex x_mutex;
  std::map<std::string, File> x_files;
};

// The text of the line at `place`, secrets as "(secret)", control characters as "?".
std::optional<std::string> source_line(const Place& place);

}  // namespace dfx
