// Is this file a whole shared library for this machine? Asked before the system's loader maps it: a truncated library
// would end the process with SIGBUS.
#pragma once
#include <string>
#include <string_view>

namespace dfx {

struct ElfProblem {
  std::string why;             // empty: all segments and sections lie inside the file
  bool other_machine = false;  // a sound library, but not for here
};

// Reads headers only. [any]
ElfProblem check_elf(std::string_view file);

}  // namespace dfx
