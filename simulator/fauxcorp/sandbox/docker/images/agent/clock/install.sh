#!/bin/sh
# Compiles the clock's library, puts it in place and has every program load it. Needs gcc and libc6-dev.
# Fails if a program then does not read the time that was set. Run by install.sh, or as lines of a Dockerfile:
#   COPY clock /tmp/build/clock/
#   RUN sh /tmp/build/clock/install.sh
set -eu
cd "$(dirname "$0")"
name=libclockadj.so.1
libraries=/usr/lib/$(gcc -print-multiarch)
clock=/var/lib/systemd/timesync/clock

gcc -std=gnu17 -O2 -Wall -Wextra -Werror -s -shared -fPIC -Wl,-soname,$name -o "$libraries/$name" clockadj.c
chmod 644 "$libraries/$name"
mkdir -p "${clock%/*}"
: > "$clock"
printf '%s\n' "$libraries/$name" > /etc/ld.so.preload
touch -d '2025-02-11T09:14:03Z' "$libraries/$name" /etc/ld.so.preload

touch -d '2031-05-06T07:08:09Z' "$clock"
for said in "$(date -u +%F)" "$(TZ=UTC bash -c 'printf "%(%F)T"')" "$(perl -MPOSIX -e 'print strftime("%F", gmtime)')" \
    "$(python3 -c 'import datetime; print(datetime.datetime.utcnow().date())')"; do
    test "$said" = 2031-05-06 || { echo "the clock is not adjusted: $said" >&2; exit 1; }
done
touch "$clock"
