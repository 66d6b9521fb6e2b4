#!/usr/bin/env bash
# package.sh completions|man|deb PROGRAM OUT: what a distribution wants beside the binary, and a Debian package of it all.
set -euo pipefail
cd "$(dirname "$0")/.."
what=$1 program=$2 out=$3
version=$("$program" --version | awk '{print $2}')

completions() { # FOLDER
    mkdir -p "$1"
    "$program" --generate-completion-script bash >"$1/spoolctl"
    "$program" --generate-completion-script zsh >"$1/_spoolctl"
    "$program" --generate-completion-script fish >"$1/spoolctl.fish"
}
man() { # FILE
    mkdir -p "$(dirname "$1")"
    "$program" --experimental-dump-help | python3 scripts/manual.py "$version" >"$1"
}
deb() { # FILE
    local root; root=$(mktemp -d); trap "rm -rf '$root'" EXIT
    chmod 755 "$root"
    install -Dm 755 "$program" "$root/usr/bin/spoolctl"
    completions "$root/completions"
    install -Dm 644 "$root/completions/spoolctl" "$root/usr/share/bash-completion/completions/spoolctl"
    install -Dm 644 "$root/completions/_spoolctl" "$root/usr/share/zsh/vendor-completions/_spoolctl"
    install -Dm 644 "$root/completions/spoolctl.fish" "$root/usr/share/fish/vendor_completions.d/spoolctl.fish"
    rm -r "$root/completions"
    man "$root/usr/share/man/man1/spoolctl.1" && gzip -9n "$root/usr/share/man/man1/spoolctl.1"
    install -Dm 644 -t "$root/usr/lib/systemd/system" packaging/systemd/*.service packaging/systemd/*.timer
    install -Dm 644 packaging/systemd/spoolctl.sysusers "$root/usr/lib/sysusers.d/spoolctl.conf"
    install -Dm 644 -t "$root/usr/share/doc/spoolctl" docs/*.md README.md CHANGELOG.md
    install -Dm 644 config.yaml "$root/usr/share/doc/spoolctl/examples/config.yaml"
    install -d "$root/etc/spoolctl"
    mkdir "$root/DEBIAN"
    cat >"$root/DEBIAN/control" <<CONTROL
Package: spoolctl
Version: $version
Architecture: $(dpkg --print-architecture)
Maintainer: spoolctl <spoolctl@localhost>
Section: net
Priority: optional
Depends: libc6 (>= 2.36), libgcc-s1, libstdc++6, libyaml-0-2, zlib1g, ca-certificates
Recommends: tzdata, openssh-client
Description: Joe Sandbox analyses become TruSTAR reports
 Every hop is a file that you can look at: a spool between the stages fetch,
 map and submit, which lose nothing and send nothing twice.
CONTROL
    cat >"$root/DEBIAN/postinst" <<'POSTINST'
#!/bin/sh
set -e
if command -v systemd-sysusers >/dev/null; then systemd-sysusers spoolctl.conf; fi
if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
POSTINST
    chmod 755 "$root/DEBIAN/postinst"
    mkdir -p "$(dirname "$1")"
    dpkg-deb --build --root-owner-group "$root" "$1"
}
case $what in
completions | man | deb) "$what" "$out" ;;
*) echo "usage: package.sh completions|man|deb PROGRAM OUT" >&2; exit 64 ;;
esac
