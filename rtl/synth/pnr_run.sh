#!/bin/sh
# pnr_run.sh ROOT PROGRAM ARGS... - runs a program of another Debian tree (ROOT) in this folder.
# The machine's own folders are bound into the tree inside a private mount namespace, so that every
# path means the same in there and nothing is left mounted afterwards. Needs root.
set -eu
export PNR_TREE="$1" PATH=/usr/sbin:/usr/bin:/sbin:/bin
shift
exec unshare -m sh -euc '
for d in /*; do
  case $d in
    /bin|/boot|/dev|/etc|/lib*|/lost+found|/proc|/run|/sbin|/sys|/usr|/var) continue ;;
  esac
  [ -d "$d" ] && [ ! -L "$d" ] || continue
  mkdir -p "$PNR_TREE$d"
  mount --bind "$d" "$PNR_TREE$d"
done
mount --bind /dev "$PNR_TREE/dev"
mount -t proc proc "$PNR_TREE/proc" || true
exec chroot "$PNR_TREE" /bin/sh -c "cd \"\$0\" && exec \"\$@\"" "$PWD" "$@"' sh "$@"
