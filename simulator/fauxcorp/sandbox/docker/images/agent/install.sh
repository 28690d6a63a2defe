#!/bin/sh
# Makes the agent's image out of the base. Run once, by the Dockerfile, from the folder that it lies in.
set -eu
cd "$(dirname "$0")"

# Numbers that the company's account files have too; the packages below would take the next free ones.
groupadd --system --gid 103 crontab
groupadd --system --gid 107 _ssh

# Without manuals and translations, as on any image; the file goes again, so that it tells nothing.
rm -f /etc/dpkg/dpkg.cfg.d/* /etc/apt/apt.conf.d/docker-*
cat > /etc/dpkg/dpkg.cfg.d/build <<'END'
path-exclude /usr/share/doc/*
path-include /usr/share/doc/*/copyright
path-exclude /usr/share/info/*
path-exclude /usr/share/locale/*
path-exclude /usr/share/man/*
END
printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d
chmod 755 /usr/sbin/policy-rc.d

apt-get update -q
xargs apt-get install -q -y --no-install-recommends < packages.txt

# The first process with its programs, and the clock, are compiled here; the compiler goes again.
apt-get install -q -y --no-install-recommends gcc libc6-dev
sh services/install.sh
sh clock/install.sh
apt-get purge -q -y --auto-remove -o APT::AutoRemove::SuggestsImportant=false gcc libc6-dev
apt-get clean

# Mail goes to the relay on this host, as postfix would send it.
install -m 644 msmtprc /etc/msmtprc
printf 'postmaster: root\n' > /etc/aliases
printf 'unset record\nset sendmail="/usr/sbin/sendmail -oi"\nset use_envelope_from=no\n' > /etc/Muttrc.d/local.rc
printf '#!/bin/sh\n# The relay takes all at once.\necho "Mail queue is empty"\n' > /usr/bin/mailq
chmod 755 /usr/bin/mailq
# The admin's choice on this server: all users have the system's programs on their path.
sed -i 's|^  PATH="/usr/local/bin:.*|  PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"|' /etc/profile
grep -q 'PATH="/usr/local/sbin:.*bin:/bin"$' /etc/profile
deluser --quiet --system msmtp
delgroup --quiet --system --only-if-empty msmtp || test -z "$(getent group msmtp)"

# A file capability that the container does not have makes the program fail; unprivileged ping is allowed by sysctl.
python3 - <<'END'
import os
for folder in ("/usr/bin", "/usr/sbin", "/usr/lib"):
    for top, _, names in os.walk(folder):
        for path in (os.path.join(top, name) for name in names):
            if not os.path.islink(path) and "security.capability" in os.listxattr(path):
                os.removexattr(path, "security.capability")
END
chmod u-s /usr/bin/ping

printf 'LANG=C.UTF-8\n' > /etc/default/locale

# What only says how this was made.
rm -rf /etc/dpkg/dpkg.cfg.d/build /usr/sbin/policy-rc.d /var/lib/apt/lists/* /var/cache/apt/*.bin /var/cache/debconf/*-old
cp clock/dates.sh /tmp/dates.sh
rm -rf /var/log/apt /var/log/dpkg.log /var/log/alternatives.log /var/log/bootstrap.log /var/lib/dpkg/*-old /etc/*-
rm -rf /root/.wget-hsts /etc/machine-id /tmp/build /usr/share/info/* /usr/share/locale/* /usr/share/man/*
mkdir -p /usr/share/man/man1
sh /tmp/dates.sh
rm /tmp/dates.sh
