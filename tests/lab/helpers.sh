# What the scenarios share. Sourced by lab_test with: DFX (the program), LAB (the lab's folder), WORK (the scenario's own
# folder), SEED. A scenario is a script under `set -euo pipefail`; `fail` and a helper that is not satisfied end it.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
lab() { jq -r "$1" "$LAB/lab.json"; }
note() { printf '    %s\n' "$*" >&4; }  # a line for whoever watches
fail() { printf 'FAILED: %s\n' "$*"; exit 1; }

# --- the program ------------------------------------------------------------------------------------------------------
DFX_LAB_PASSWORD=$(lab .password)
export DFX_LAB_PASSWORD HOME=$WORK/home NO_COLOR=1
mkdir -p "$HOME"
out=$WORK/out err=$WORK/err code=0
stack=$WORK/stack.yaml

in_namespace() { "$here/lxd_lab" run "$LAB" "$@"; }

# dfx ARGS...: runs it on $stack in the namespace, with nobody there to answer; leaves $out, $err, $code.
dfx() {
  printf '\n$ dfx %s\n' "$*"
  code=0
  in_namespace timeout 400 "$DFX" "$@" --file "$stack" </dev/null >"$out" 2>"$err" || code=$?
  cat "$out" "$err"
  echo "[exit $code]"
}
want_code() { [ "$code" -eq "$1" ] || fail "exit code $code, wanted $1"; }
said() { cat "$out" "$err" | tr -s ' \n' '  '; }  # as one line: messages are folded
want_words() { [[ $(said) == *"$1"* ]] || fail "nothing says: $1"; }
want_no_words() { [[ $(said) != *"$1"* ]] || fail "something says: $1"; }
want_match() { grep -qE -- "$1" "$out" "$err" || fail "no line matches: $1"; }
dfx_ok() { dfx "$@"; want_code 0; }
# The plan of environment $1 is empty: nothing lost, nothing twice.
want_no_changes() { dfx plan -e "$1" --detailed-exitcode; want_code 0; want_words "nothing to do"; }

# --- the hosts ------------------------------------------------------------------------------------------------------------
on() { LXD_DIR=$LAB/$1 LXD_CONF=$LAB/client lxc -q "${@:2}"; }  # on HOST LXC-ARGS...

# Everything that there is on a host, without what changes by itself.
listing() {
  local path
  for path in instances profiles networks certificates images storage-pools; do objects "$1" "/1.0/$path"; done
  for path in $(on "$1" query /1.0/storage-pools | jq -r '.[]'); do objects "$1" "$path/volumes"; done
}
objects() {
  on "$1" query "$2?recursion=1" | jq -S --arg path "$2" '{($path): map(
      select(.type != "image") | del(.last_used_at) | if .used_by then .used_by |= sort else . end)
    | sort_by(.name // .fingerprint)}'
}
remember() { for host in kkh kkh2; do listing $host >"$WORK/$1.$host"; done; }
want_as() {
  remember now
  for host in kkh kkh2; do
    diff -u "$WORK/$1.$host" "$WORK/now.$host" || fail "host $host is not as it was"
  done
}

instances() { on "$1" list -f csv -c n | sort | paste -sd' '; }
want_instances() { [ "$(instances "$1")" = "$2" ] || fail "host $1 has instances: $(instances "$1"); wanted: $2"; }
of_instance() { on "$1" query "/1.0/instances/$2?recursion=1" | jq -r "$3"; }  # of_instance HOST NAME JQ
want_of_instance() {
  local is
  is=$(of_instance "$1" "$2" "$3")
  [ "$is" = "$4" ] || fail "$2 on $1: $3 is $is, wanted $4"
}
# Each machine of "NAME:ADDRESS..." runs, has its address, and answers with SSH there.
want_running() {
  local host=$1 entry banner
  for entry in "${@:2}"; do
    want_of_instance "$host" "${entry%%:*}" .status Running
    banner=$(in_namespace timeout 10 bash -c "exec 3<>/dev/tcp/${entry##*:}/22 && head -c 4 <&3") || fail "$entry does not answer on port 22"
    [ "$banner" = SSH- ] || fail "$entry answers: $banner"
  done
}

# --- stacks -----------------------------------------------------------------------------------------------------------
# hosts_yaml: the lab's two hosts, trusted by password.
hosts_yaml() {
  local host
  for host in kkh kkh2; do
    echo "      $host: {url: $(lab ".hosts.$host.url"), fingerprint: $(lab ".hosts.$host.fingerprint"), trust: {password: \"\${secret.lab}\"}}"
  done
}
# stack_head NAME: everything down to `machines:`, whose entries follow on standard input, six columns in.
write_stack() {
  cat >"$stack" <<STACK
dfx: 1
stack: $1
secrets:
  lab: {env: DFX_LAB_PASSWORD}
default_environment: home
components:
  lxd:
    hosts:
$(hosts_yaml)
    defaults:
      type: container
      image: local:debian/12/cloud
      network: {parent: lan0, gateway: 192.168.0.1, dns: [192.168.0.1]}
$(cat)
STACK
}

# --- between stories ------------------------------------------------------------------------------------------------------
# Everything that a story may have left, so that the next one starts on hosts as they were.
reset() {
  local host name
  for host in kkh kkh2; do
    for name in $(instances $host); do on $host delete --force "$name"; done
    for name in $(on $host profile list -f csv | cut -d, -f1 | grep -vx default); do on $host profile delete "$name"; done
    for name in $(on $host query /1.0/certificates | jq -r '.[]'); do on $host query -X DELETE "$name"; done
    for name in $(on $host image list -f csv -c l | grep -v '^debian/12/cloud'); do on $host image delete "$name"; done
    for name in $(on $host storage list -f csv | cut -d, -f1 | grep -vx default); do on $host storage delete "$name"; done
  done
}
