# What a host or the world says no to: the message says what, where and what to do, and nothing is left behind.
steps="an_image_that_is_missing an_address_in_use an_address_in_use_elsewhere a_wrong_fingerprint a_wrong_password
  nobody_listens no_such_host a_disk_without_room a_disk_that_fills_up a_name_that_is_taken"
each_needs_the_one_before=no

one() { # one MACHINE-SETTINGS [DEFAULTS-AND-MORE]: a stack with one machine
  write_stack "refused" <<MACHINES
    machines:
      one: {host: kkh, address: 192.168.0.191/24, memory: 200MiB${1:+, $1}}
environments: {home: {}}
MACHINES
  rm -rf "$WORK/.dfx"
  remember before
}
# Somebody else's machine on host $1 has the address already.
squat() {
  local i
  on "$1" launch debian/12/cloud squatter \
    -c cloud-init.network-config="{version: 2, ethernets: {eth0: {addresses: [192.168.0.191/24]}}}"
  for i in $(seq 60); do
    in_namespace timeout 1 bash -c 'exec 3<>/dev/tcp/192.168.0.191/22' 2>/dev/null && return
    sleep 1
  done
  fail "the squatter has no address"
}
# What is promised: an error that names all these words, exit code not 0, and hosts as before.
want_refusal() {
  local words
  dfx plan -e home
  [ $code -ne 0 ] || dfx apply -e home --yes
  [ $code -ne 0 ] || fail "it did it"
  for words in "$@"; do want_words "$words"; done
  cp "$err" "$WORK/err.refusal"
  if [ -d "$WORK/.dfx" ]; then dfx_ok destroy -e home --confirm refused; fi
  want_as before
}

an_image_that_is_missing() {
  one "image: 'local:debian/99'"
  want_refusal "debian/99" "host kkh" "it has: debian/12/cloud"
}

an_address_in_use() {
  squat kkh
  one
  want_refusal "192.168.0.191" "squatter" "kkh"
  on kkh delete --force squatter
}

an_address_in_use_elsewhere() {
  squat kkh2
  one
  want_refusal "192.168.0.191" "port 22"
  on kkh2 delete --force squatter
}

a_wrong_fingerprint() {
  one
  sed -i "s/$(lab .hosts.kkh.fingerprint)/$(printf '0%.0s' $(seq 64))/" "$stack"
  want_refusal "certificate" "kkh" "$(lab .hosts.kkh.url)" "fingerprint"
}

a_wrong_password() {
  one
  DFX_LAB_PASSWORD=guessed
  want_refusal "refuses the token or password" "host kkh" "core.trust_password"
  want_no_words guessed
  DFX_LAB_PASSWORD=$(lab .password)
}

nobody_listens() {
  one
  sed -i 's/192.168.0.10:8443/192.168.0.10:8449/' "$stack"
  want_refusal "192.168.0.10:8449" "kkh"
}

no_such_host() {
  one
  sed -i 's/192.168.0.10:8443/192.168.0.77:8443/' "$stack"
  want_refusal "192.168.0.77:8443" "kkh"
}

a_disk_without_room() {
  on kkh storage create small dir source="$(lab .hosts.kkh.disks.small)"
  one "pool: small"
  want_refusal "storage pool small" "host kkh" "make room"
  on kkh storage delete small
}

a_disk_that_fills_up() {
  on kkh storage create crowded dir source="$(lab .hosts.kkh.disks.crowded)"
  one "pool: crowded"
  want_refusal "disk is full" "host kkh" "No space left on device" "make room"
  [ "$(wc -l <"$WORK/err.refusal")" -lt 60 ] || fail "the words of tar, which complains about each file, are all there"
  on kkh storage delete crowded
}

a_name_that_is_taken() {
  on kkh init debian/12/cloud one
  one
  want_refusal "one" "kkh"
  on kkh delete one
}
