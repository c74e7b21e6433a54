#!/bin/sh
# headers_alone.sh CC CXX INCLUDE_DIR: each header of the SDK compiles alone, the C ones in every C that plugins use.
set -u
cc=$1 cxx=$2 include=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
checked=0
check() { # compiler language standard header; runs beside the others
  checked=$((checked + 1))
  {
    printf '#include <dfx/%s>\nextern int something;\n' "$4" |
      "$1" -x "$2" -std="$3" -I"$include" -Wall -Wextra -Wpedantic -Werror -fsyntax-only - ||
      echo "$4 is not clean as $3" | tee -a "$work/failed"
  } &
}
for file in "$include"/dfx/*.h; do
  for standard in c99 c11 c17; do check "$cc" c "$standard" "${file#"$include"/dfx/}"; done
  check "$cxx" c++ c++20 "${file#"$include"/dfx/}"
done
for file in "$include"/dfx/*.hpp "$include"/dfx/*/*.hpp; do check "$cxx" c++ c++20 "${file#"$include"/dfx/}"; done
wait
[ "$checked" -gt 10 ] || { echo "only $checked compilations: are these the headers of the SDK?"; exit 1; }
[ ! -e "$work/failed" ] || exit 1
echo "$checked compilations, all clean"
