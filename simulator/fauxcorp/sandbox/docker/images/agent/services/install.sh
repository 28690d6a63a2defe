#!/bin/sh
# Compiles the service manager and its programs and puts them in place: the first process, systemctl, journalctl.
# Needs gcc and libc6-dev. Run by install.sh, or as lines of a Dockerfile:
#   COPY services /tmp/build/services/
#   RUN sh /tmp/build/services/install.sh
set -eu
cd "$(dirname "$0")"
libraries=/usr/lib/$(gcc -print-multiarch)
make_one() { gcc -std=gnu17 -O2 -Wall -Wextra -Werror -Wno-format-truncation -s -DLIBRARIES="\"$libraries\"" -o "$@"; }

mkdir -p /usr/lib/systemd/system /etc/systemd/system /var/lib/systemd
make_one /usr/lib/systemd/systemd init.c manager.c daemon.c unit.c
make_one /usr/bin/systemctl systemctl.c show.c unit.c
make_one /usr/bin/journalctl journalctl.c
ln -sf /lib/systemd/systemd /usr/sbin/init
for name in reboot poweroff halt shutdown; do
    ln -sf /bin/systemctl /usr/sbin/$name
    touch -h -d '2025-02-11T09:14:03Z' /usr/sbin/$name
done
touch -h -d '2025-02-11T09:14:03Z' /usr/lib/systemd/systemd /usr/bin/systemctl /usr/bin/journalctl /usr/sbin/init
