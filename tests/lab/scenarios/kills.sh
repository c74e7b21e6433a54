# kill -9 at random instants: the next run finishes, nothing is there twice, nothing is lost, nobody is asked.
steps="apply_and_destroy_are_finished_by_the_next_run"
each_needs_the_one_before=no

kills_stack() {
  write_stack kills <<'MACHINES'
    profiles:
      killed: {hosts: [kkh], config: {user.killed: "no"}}
    machines:
      kill-a: {host: kkh, cpu: 1, memory: 200MiB, address: 192.168.0.141/24, profiles: [default, killed]}
      kill-b: {host: kkh2, cpu: 1, memory: 200MiB, address: 192.168.0.142/24}
environments: {home: {}}
MACHINES
}

# killed AFTER-MS dfx-args...: starts the program and kills it then, or finds it finished.
killed() {
  local pid
  printf '\n$ dfx %s, killed after %s ms\n' "${*:2}" "$1"
  (exec "$here/lxd_lab" run "$LAB" "$DFX" "${@:2}" --file "$stack" </dev/null >"$out" 2>"$err") &  # dfx is this pid
  pid=$!
  sleep "$(printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000)))"
  if kill -KILL $pid 2>/dev/null; then finished=; else finished=1; fi
  wait $pid 2>/dev/null || true  # it was killed: that its status says so is no failure
  cat "$out" "$err"
}
now_ms() { echo $(($(date +%s%N) / 1000000)); }

up_and_checked() {
  want_instances kkh kill-a
  want_instances kkh2 kill-b
  want_running kkh kill-a:192.168.0.141
  want_running kkh2 kill-b:192.168.0.142
  want_no_changes home
}

apply_and_destroy_are_finished_by_the_next_run() {
  local rounds=4 round start apply_ms destroy_ms at alive=0
  [ "${DFX_TEST_FULL:-0}" != 1 ] || rounds=20
  RANDOM=$SEED
  remember before
  kills_stack
  start=$(now_ms); dfx_ok apply -e home --yes; apply_ms=$(($(now_ms) - start))
  start=$(now_ms); dfx_ok destroy -e home --confirm kills; destroy_ms=$(($(now_ms) - start))
  want_as before
  note "apply takes $apply_ms ms, destroy $destroy_ms ms; $rounds rounds of two kills"
  for round in $(seq $rounds); do
    at=$((RANDOM * apply_ms / 32768))
    note "round $round: apply killed at $at ms"
    killed $at apply -e home --yes
    [ -n "$finished" ] || alive=$((alive + 1))
    dfx_ok apply -e home --yes
    up_and_checked
    at=$((RANDOM * destroy_ms / 32768))
    note "round $round: destroy killed at $at ms"
    killed $at destroy -e home --confirm kills
    [ -n "$finished" ] || alive=$((alive + 1))
    dfx_ok destroy -e home --confirm kills
    want_as before
  done
  note "$alive of $((2 * rounds)) kills met a running dfx"
  [ $alive -gt 0 ] || fail "no kill met a running program"
}
