#!/bin/bash
# Installs the package on a copy of this machine that is thrown away, and runs the documented lines there: those of
# docs/operations.md, “Install” and “Upgrade”, as they stand. Needs root, for the mounts.
#
#   install.sh FOLDER OPERATIONS.md
#
# FOLDER holds the packages under the names that the documentation gives them. systemd does not run on the copy, so
# `systemctl enable --now` and `restart` are done by hand: the unit's own command, as the unit's own user. The processes
# have a namespace of their own, so that none outlives the script.
set -euo pipefail
if [ "$1" != --inside ]; then
  exec unshare --mount --propagation private --net --pid --fork --kill-child "$0" --inside "$(realpath "$1")" "$(realpath "$2")"
fi
packages=$2 manual=$3
ip link set lo up
work=$(mktemp -d); trap 'stop; umount -l "$work" 2>/dev/null || true; rmdir "$work"' EXIT
mount -t tmpfs trente "$work"
mkdir "$work/upper" "$work/work" "$work/root"
mount -t overlay trente -o "lowerdir=/,upperdir=$work/upper,workdir=$work/work" "$work/root"
mount -t proc proc "$work/root/proc"; mount --rbind /dev "$work/root/dev"; mount -t tmpfs tmp "$work/root/tmp"
cp "$packages"/*.deb "$work/root/root/"

fail() { echo "install.sh: $*" >&2; exit 1; }
chrooted=(chroot "$work/root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive HOME=/root bash -c)
inside() { "${chrooted[@]}" "cd /root && $1" </dev/null; }
# The lines of the first block of commands below a heading; a line that ends in a backslash goes on.
lines() {
  sed -n "/^##* $1\$/,\$p" "$manual" | sed -n '/^```sh$/,/^```$/p' | sed '/^```$/q' | grep -v '^```' \
    | sed -e ':more' -e '/\\$/{N;s/\\\n *//;b more}'
}

service=
ready() { curl -sf http://127.0.0.1:8031/readyz >/dev/null; }
stop() {
  if [ -z "$service" ]; then return; fi
  kill "$service" 2>/dev/null || true; wait "$service" 2>/dev/null || true; service=
  # Or the one that is started next could not listen, and this one would answer in its place.
  if ready; then fail "the service goes on after it was stopped"; fi
}
start() {
  local command; command=$(sed -n 's/^ExecStart=//p' "$work/root/lib/systemd/system/trente.service")
  # Each program takes the place of the one before, so that the number is that of the service itself.
  "${chrooted[@]}" "exec setpriv --reuid=trente --regid=trente --init-groups $command" </dev/null > "$work/log" 2>&1 & service=$!
  for _ in $(seq 300); do
    if ready; then return; fi
    kill -0 "$service" 2>/dev/null || { cat "$work/log" >&2; fail "the service ended"; }
    sleep 0.1
  done
  cat "$work/log" >&2; fail "the service is not ready"
}
run() {
  echo "  # $1"
  case $1 in
    "systemctl enable --now trente" | "systemctl restart trente" | "systemctl start trente") stop; start ;;
    "systemctl stop trente") stop ;;
    *" trente user add "*) inside "printf 'une longue phrase\n' | $1" ;;
    "systemctl "*) fail "what shall be done for: $1" ;;
    *) inside "$1" ;;
  esac
}
walk() { local line any=; while IFS= read -r line; do any=1; run "$line"; done < <(lines "$1"); [ -n "$any" ] || fail "no lines below “$1”"; }

[ "${WITHOUT_SYSTEMD:-}" ] && rm -f "$work/root/usr/bin/systemd-sysusers" "$work/root/usr/bin/systemd-tmpfiles"
walk Install
[ "$(inside 'stat -c "%a %U %G" /var/lib/trente')" = "750 trente trente" ] || fail "/var/lib/trente is not the service's own"
[ "$(inside 'stat -c "%U" /var/lib/trente/trente.db')" = trente ] || fail "the database is not the service's own"
curl -sf -H "Origin: https://shop.example" "http://127.0.0.1:8031/v1/surveys/olive?lang=en" | grep -q '"survey"' || fail "the site is not served"
inside 'bash -n /usr/share/bash-completion/completions/trente' || fail "the completions are no bash"
inside 'source /usr/share/bash-completion/completions/trente && complete -p trente' | grep -q trente || fail "nothing is completed"
inside 'zcat /usr/share/man/man1/trente-serve.1.gz' | grep -q 'trente.db' || fail "the manual page has no defaults"
before=$(inside 'runuser -u trente -- trente site key olive --db /var/lib/trente/trente.db')
walk Upgrade
[ "$(inside 'runuser -u trente -- trente site key olive --db /var/lib/trente/trente.db')" = "$before" ] || fail "the key is another one"
curl -sf -H "Origin: https://shop.example" "http://127.0.0.1:8031/v1/surveys/olive?lang=en" >/dev/null || fail "the site is not served"
walk "Going back"
[ "$(inside 'runuser -u trente -- trente site key olive --db /var/lib/trente/trente.db')" = "$before" ] || fail "the key is another one"
[ "$(inside 'dpkg-query --show --showformat=\${Version} trente')" = 0.1.0 ] || fail "the package is not the former one"
stop
echo "  installed, run, upgraded and taken back as documented"
