#!/bin/sh
# Installs what tools/packages.txt lists and the machine lacks.
set -eu
cd "$(dirname "$0")/.."
missing=
for p in $(grep -v '^#' tools/packages.txt); do
	# A program that came another way (a newer node, say) counts as present.
	case $p in
	nodejs) command -v node >/dev/null && continue ;;
	npm) command -v npm >/dev/null && continue ;;
	esac
	dpkg-query -W -f='${Status}\n' "$p" 2>/dev/null | grep -q 'ok installed' || missing="$missing $p"
done
[ -z "$missing" ] && exit 0
if [ "$(id -u)" != 0 ]; then
	echo "次のパッケージが要ります / these packages are needed:$missing" >&2
	exit 1
fi
echo "installing:$missing"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq || echo "apt-get update failed; trying with the lists at hand" >&2
# shellcheck disable=SC2086
apt-get install -y -qq --no-install-recommends $missing >/dev/null
