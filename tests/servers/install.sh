#!/bin/sh
# Installs the real servers that the tests drive, where it may; says plainly what to install where it may not.
set -eu

missing=""
need() { # need PACKAGE TEST…
	package=$1
	shift
	"$@" >/dev/null 2>&1 || missing="$missing $package"
}
has() { PATH="$PATH:/usr/sbin:/sbin" command -v "$1"; }
postgresql() { ls /usr/lib/postgresql/*/bin/initdb; }
font() { ls "/usr/share/fonts/$1"; }
chinese_font() { ls /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc; }

need dovecot-imapd has dovecot
need postfix has postfix
need postgresql postgresql
need chromium has chromium
need libreoffice-writer-nogui has soffice
need fonts-noto-cjk chinese_font
need fonts-wqy-zenhei font truetype/wqy/wqy-zenhei.ttc
need fonts-arphic-uming font truetype/arphic/uming.ttc
need fonts-arphic-ukai font truetype/arphic/ukai.ttc
need fonts-liberation font truetype/liberation/LiberationMono-Regular.ttf
[ -z "$missing" ] && exit 0

if ! command -v apt-get >/dev/null 2>&1; then
	echo "error: the tests need:$missing (Debian's names). Install them with your system's package manager." >&2
	exit 1
fi
if [ "$(id -u)" = 0 ]; then
	as_root=""
elif sudo -n true 2>/dev/null; then
	as_root="sudo -n"
else
	echo "error: the tests need:$missing. Run: sudo apt-get install$missing" >&2
	exit 1
fi
echo "Installing for the tests:$missing"
$as_root apt-get update -qq
# shellcheck disable=SC2086  # a list of packages
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
