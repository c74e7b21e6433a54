#!/bin/sh
# headers_alone.sh CC CXX INCLUDE_DIR: each header of the SDK compiles alone, the C ones in every C that plugins use.
set -u
cc=$1 cxx=$2 include=$3
failed=0
checked=0
check() { # compiler language standard header
  checked=$((checked + 1))
  printf '#include <dfx/%s>\nextern int something;\n' "$4" |
    "$1" -x "$2" -std="$3" -I"$include" -Wall -Wextra -Wpedantic -Werror -fsyntax-only - ||
    { echo "$4 is not clean as $3"; failed=1; }
}
for file in "$include"/dfx/*.h; do
  for standard in c99 c11 c17; do check "$cc" c "$standard" "$(basename "$file")"; done
  check "$cxx" c++ c++20 "$(basename "$file")"
done
for file in "$include"/dfx/*.hpp; do check "$cxx" c++ c++20 "$(basename "$file")"; done
[ "$checked" -gt 10 ] || { echo "only $checked compilations: are these the headers of the SDK?"; exit 1; }
[ "$failed" -eq 0 ] && echo "$checked compilations, all clean"
exit "$failed"
