# One home from nothing to nothing: five machines on two hosts, and what happens to them.
steps="five_machines nothing_more_to_do drift_is_shown_and_repaired a_cpu_is_changed_in_place another_image_makes_it_anew
  switched_off_machines_go_and_nothing_else environments_do_not_touch_each_other another_environments_machine_is_not_taken
  a_host_that_is_down_is_not_an_empty_one destroy_leaves_the_hosts_as_they_were"
each_needs_the_one_before=yes

home_stack() { # home_stack [CPUS-OF-CP-B [IMAGE-OF-OBS-B [OVERLAY-OF-HOME]]]
  write_stack lab <<MACHINES
    profiles:
      watched: {hosts: [kkh2], description: machines that are watched, config: {user.watched: "yes"}}
    machines:
      cp-a: {host: kkh, cpu: 1, memory: 300MiB, address: 192.168.0.161/24, labels: {role: server}}
      cp-b: {host: kkh, cpu: ${1:-1}, memory: 256MiB, address: 192.168.0.162/24}
      cp-c: {host: kkh2, cpu: 1, memory: 256MiB, address: 192.168.0.163/24}
      chaos-a: {host: kkh, cpu: 1, memory: 200MiB, address: 192.168.0.164/24}
      obs-b: {host: kkh2, cpu: 2, memory: 400MiB, address: 192.168.0.165/24, profiles: [default, watched], image: "${2:-local:debian/12/cloud}"}
environments:
  home: ${3:-{\}}
  guests:
    components:
      lxd:
        profiles: {watched: null}
        machines:
          cp-a: null
          cp-b: null
          cp-c: null
          chaos-a: null
          obs-b: null
          guest-a: {host: kkh, cpu: 1, memory: 200MiB, address: 192.168.0.171/24}
          guest-b: {host: kkh2, cpu: 1, memory: 200MiB, address: 192.168.0.172/24}
  thief:
    components:
      lxd:
        profiles: {watched: null}
        machines:
          cp-b: null
          cp-c: null
          chaos-a: null
          obs-b: null
          cp-a: {host: kkh, address: 192.168.0.181/24}
MACHINES
}

five_machines() {
  remember before
  home_stack
  dfx_ok validate -e home
  dfx_ok plan -e home
  want_instances kkh ""
  dfx_ok apply -e home --yes
  want_words "Applied:"
  want_instances kkh "chaos-a cp-a cp-b"
  want_instances kkh2 "cp-c obs-b"
  want_running kkh cp-a:192.168.0.161 cp-b:192.168.0.162 chaos-a:192.168.0.164
  want_running kkh2 cp-c:192.168.0.163 obs-b:192.168.0.165
  want_of_instance kkh cp-a '.config["limits.memory"]' 300MiB
  want_of_instance kkh cp-a '.config["user.dfx.environment"]' home
  want_of_instance kkh2 obs-b '.profiles | join(",")' default,watched
  ! grep -rqF "$DFX_LAB_PASSWORD" "$WORK" || fail "the password stands in a file"
}

nothing_more_to_do() {
  remember there
  dfx_ok apply -e home --yes --trace "$WORK/trace"
  want_match "^No changes: [0-9]+ resources as the stack says\.$"
  want_as there
  [ "$(jq -r 'select(.method != null and .method != "GET") | .method' "$WORK/trace" | wc -l)" -eq 0 ] || fail "it sent more than GETs"
  want_no_changes home
}

drift_is_shown_and_repaired() {
  on kkh config set cp-a limits.memory=222MiB
  on kkh delete --force chaos-a
  dfx plan -e home --detailed-exitcode
  want_code 5
  want_match "update +lxd/lxd.instance/cp-a"
  want_words "/memory: \"222MiB\""
  want_words "changed outside dfx"
  want_match "create +lxd/lxd.instance/chaos-a"
  want_words "Plan: 1 to create, 1 to update; "
  local others
  others=$(of_instance kkh cp-b '.created_at, .state.pid')
  dfx_ok apply -e home --yes
  want_words "Applied: 1 created, 1 updated; "
  want_of_instance kkh cp-a '.config["limits.memory"]' 300MiB
  want_running kkh chaos-a:192.168.0.164
  [ "$(of_instance kkh cp-b '.created_at, .state.pid')" = "$others" ] || fail "cp-b was touched"
  want_no_changes home
}

a_cpu_is_changed_in_place() {
  local before
  before=$(of_instance kkh cp-b '.created_at, .state.pid')
  home_stack 2
  dfx plan -e home --detailed-exitcode
  want_code 2
  want_match "/cpu: \"?1\"? "
  want_words "Plan: 1 to update; "
  want_no_words "restarts it"
  dfx_ok apply -e home --yes
  want_of_instance kkh cp-b '.config["limits.cpu"]' 2
  [ "$(of_instance kkh cp-b '.created_at, .state.pid')" = "$before" ] || fail "cp-b was made anew or restarted"
  want_no_changes home
}

another_image_makes_it_anew() {
  { cat "$(lab .tarball)"; head -c 1024 /dev/zero | zstd -q; } >"$WORK/image.tar.zst"  # other bytes, the same content
  on kkh2 image import "$WORK/image.tar.zst" --alias debian/12/newer >/dev/null
  rm "$WORK/image.tar.zst"
  local before
  before=$(of_instance kkh2 cp-c '.created_at, .state.pid')
  home_stack 2 local:debian/12/newer
  dfx plan -e home --detailed-exitcode
  want_code 2
  want_match "replace +lxd/lxd.instance/obs-b"
  want_words "debian/12/newer"
  dfx_ok apply -e home --yes
  want_words "1 replaced"
  want_running kkh2 obs-b:192.168.0.165
  want_of_instance kkh2 obs-b '.config["volatile.base_image"]' "$(on kkh2 query /1.0/images/aliases/debian%2F12%2Fnewer | jq -r .target)"
  [ "$(of_instance kkh2 cp-c '.created_at, .state.pid')" = "$before" ] || fail "cp-c was touched"
  want_no_changes home
}

switched_off_machines_go_and_nothing_else() {
  home_stack 2 local:debian/12/newer '{components: {lxd: {profiles: {watched: null}, machines: {chaos-a: null, obs-b: null}}}}'
  local before
  before=$(of_instance kkh cp-a '.created_at, .state.pid')
  dfx_ok apply -e home --yes --events "$WORK/events"
  want_instances kkh "cp-a cp-b"
  want_instances kkh2 cp-c
  local order
  order=$(jq -r 'select(.type == "done" and .action == "delete") | .address' "$WORK/events" | grep -nE 'lxd.instance/obs-b|lxd.profile/' | cut -d: -f2-)
  [ "$(head -1 <<<"$order")" = lxd/lxd.instance/obs-b ] || fail "the profile went before its machine: $order"
  [ "$(wc -l <<<"$order")" -eq 2 ] || fail "the profile stayed: $order"
  [ "$(of_instance kkh cp-a '.created_at, .state.pid')" = "$before" ] || fail "cp-a was touched"
  want_no_changes home
}

environments_do_not_touch_each_other() {
  remember home_alone
  local host
  dfx_ok apply -e guests --yes
  want_instances kkh "cp-a cp-b guest-a"
  want_instances kkh2 "cp-c guest-b"
  want_running kkh guest-a:192.168.0.171
  want_no_changes home
  want_no_changes guests
  dfx_ok destroy -e guests --confirm lab
  want_as home_alone
  want_no_changes home
}

another_environments_machine_is_not_taken() {
  remember there
  local is
  is=$(of_instance kkh cp-a '.config, .created_at, .state.pid')
  dfx apply -e thief --yes  # the first plan cannot look, the hosts do not trust this environment yet
  want_code 3
  want_words "lxd/lxd.instance/cp-a exists and carries the marker of environment \`home\`"
  dfx plan -e thief
  [ $code -ne 0 ] || fail "the plan says it would take another environment's machine"
  want_words "lxd/lxd.instance/cp-a exists and carries the marker of environment \`home\`"
  [ "$(of_instance kkh cp-a '.config, .created_at, .state.pid')" = "$is" ] || fail "cp-a was touched"
  dfx_ok destroy -e thief --confirm lab
  want_as there
}

a_host_that_is_down_is_not_an_empty_one() {
  local ns
  ns=$(lab .namespace)
  ip -n "$ns" address del 192.168.0.12/24 dev lan0
  dfx plan -e home --detailed-exitcode
  ip -n "$ns" address add 192.168.0.12/24 dev lan0
  want_code 1
  want_match "blocked +lxd/lxd.instance/cp-c"
  want_words "https://192.168.0.12:8443: No route to host"
  want_no_words "create"
  want_no_changes home
}

destroy_leaves_the_hosts_as_they_were() {
  on kkh2 image delete debian/12/newer
  dfx destroy -e home
  want_code 8  # nobody is there to ask
  want_words "pass --yes"
  dfx_ok destroy -e home --confirm lab
  want_as before
  dfx_ok destroy -e home --confirm lab
  want_words "Nothing is there."
}
