#!/bin/sh
# template_test.sh CMAKE BUILD_DIR SOURCE_DIR CXX TEST: what a plugin author does. Installs the SDK alone, builds the
# installed template against it outside of this tree, and lets TEST load and call the result.
set -eu
cmake=$1 build=$2 source=$3 cxx=$4 test=$5
work=$(mktemp -d "${TMPDIR:-/tmp}/dfx-template-XXXXXX")
trap 'rm -rf "$work"' EXIT
run() { "$@" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }; }

run "$cmake" --install "$build" --component sdk --prefix "$work/prefix"
cp -r "$work/prefix/share/dfx/template" "$work/hello"
cd "$work/hello"
[ "$(wc -l <hello.cpp)" -le 16 ] || { echo "hello.cpp has more than 16 lines"; exit 1; }
run env -u CPATH -u CPLUS_INCLUDE_PATH "$cmake" -B build -DCMAKE_CXX_COMPILER="$cxx" -DCMAKE_PREFIX_PATH="$work/prefix" \
  -DCMAKE_EXPORT_COMPILE_COMMANDS=ON
if grep -F "$source/" build/compile_commands.json; then echo "the template is built with files of dfx's own tree"; exit 1; fi
run env -u CPATH -u CPLUS_INCLUDE_PATH "$cmake" --build build
DFX_TEMPLATE_PLUGINS="$work/hello/build/plugins" "$test" --gtest_brief=1
