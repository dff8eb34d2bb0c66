#!/bin/sh
# Installs the Debian packages that the tests can use: the list beside this file. Without them the tests still run, and
# count each missing one as skipped. Needs root or sudo; installs nothing when everything is there.
set -u
here=$(cd "$(dirname "$0")" && pwd)

missing=""
for package in $(sed 's/#.*//' "$here/debian-packages.txt"); do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' || missing="$missing $package"
done
if [ -z "$missing" ]; then
  echo "Debian packages: all present"
  exit 0
fi

as_root=""
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "需要 root 或 sudo 才能安装 · root or sudo is needed to install:$missing" >&2
    exit 1
  fi
  as_root=sudo
fi
echo "Debian packages: installing$missing"
$as_root apt-get update -qq || echo "apt-get update failed; trying with the lists at hand" >&2
# The names are a list of words on purpose.
# shellcheck disable=SC2086
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
