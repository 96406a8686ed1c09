#!/bin/sh
# Makes rpmdb.sqlite.zst and rpmdb.txt: what rpm itself wrote, and what it lists (Debian's packages rpm, gpg and zstd; rpm 4.18.0 did).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export SOURCE_DATE_EPOCH=1700000000 GNUPGHOME="$work/gpg"

# name version release epoch architecture bytes-of-description files
package() {
  {
    printf 'Name: %s\nVersion: %s\nRelease: %s\nSummary: %s\nLicense: MIT\nBuildArch: %s\n' "$1" "$2" "$3" "$1" "$5"
    [ "$4" = - ] || printf 'Epoch: %s\n' "$4"
    printf '%%description\n'
    head -c "$6" /dev/zero | tr '\0' d | fold -w 70
    printf '\n%%install\nmkdir -p %%{buildroot}/usr/share/%s\n' "$1"
    printf 'for i in $(seq %s); do echo $i > %%{buildroot}/usr/share/%s/file-$i; done\n' "$7" "$1"
    printf '%%files\n/usr/share/%s\n' "$1"
  } >"$work/$1.spec"
  rpmbuild --quiet -bb --define "_topdir $work/build" --define "_rpmdir $work/out" --define '_buildhost build.example' \
    --define 'use_source_date_epoch_as_buildtime 1' "$work/$1.spec"
}

package bash 5.2.26 3.fc40 - noarch 100 1
package openssl-libs 3.2.1 2.fc40 1 noarch 100 1
# Larger than a page, so that the rest of its header is in others.
package texlive 1.0~rc1 1 - noarch 200 300
package dbus 1.14.10 3.el9^git1 1 noarch 20000 1
package vim-minimal 9.1.0 1 2 x86_64 100 1
package zero 1 1 0 noarch 100 1
for each in $(seq 12); do package "many-$each" "1.$each" "$each.el9" - noarch 100 1; done

mkdir -p "$work/root" "$GNUPGHOME"
chmod 700 "$GNUPGHOME"
gpg --batch --quiet --quick-gen-key --passphrase '' test@example.org ed25519
gpg --armor --export >"$work/key.asc"
rpm="rpm --root $work/root --dbpath /db"
$rpm --initdb
$rpm -i --nodeps --justdb --ignorearch "$work"/out/*/*.rpm
$rpm --import "$work/key.asc"
# Pages that are free again, and rows that are gone.
$rpm -e --justdb --nodeps many-7 many-8

$rpm -qa --qf '%{NAME} %|EPOCH?{%{EPOCH}:}:{}|%{VERSION}-%{RELEASE} %|ARCH?{%{ARCH}}:{}|\n' | LC_ALL=C sort >"$here/rpmdb.txt"
zstd -19 -q -f "$work/root/db/rpmdb.sqlite" -o "$here/rpmdb.sqlite.zst"
