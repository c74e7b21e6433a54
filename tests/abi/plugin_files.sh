#!/bin/sh
# plugin_files.sh NM READELF FOLDER...: what a plugin shows and needs. One symbol; the C and C++ runtime and nothing of
# dfx, no library of the host; no search path of its own; no stack that runs code.
set -u
nm=$1 readelf=$2
shift 2
allowed=' libstdc++.so.6 libgcc_s.so.1 libm.so.6 libc.so.6 ld-linux-x86-64.so.2 ld-linux-aarch64.so.1 '
failed=0
count=0
complain() { echo "$1"; failed=1; }
for folder in "$@"; do
  for file in "$folder"/*.so; do
    [ -e "$file" ] || continue
    count=$((count + 1))
    symbols=$("$nm" -D --defined-only "$file" | awk '{print $NF}')
    [ "$symbols" = dfx_plugin_entry ] || complain "$file shows more than dfx_plugin_entry: $symbols"
    dynamic=$("$readelf" -d "$file")
    for library in $(echo "$dynamic" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'); do
      case $allowed in *" $library "*) ;; *) complain "$file needs $library" ;; esac
    done
    echo "$dynamic" | grep -qE '\((RPATH|RUNPATH)\)' && complain "$file has a search path of its own"
    "$readelf" -lW "$file" | grep -q 'GNU_STACK.*RWE' && complain "$file asks for a stack that can run code"
  done
done
[ "$count" -gt 0 ] || complain "no plugin in: $*"
echo "$count plugins looked at"
exit "$failed"
