#!/bin/busybox sh
# First program of the machine whose power is cut: mounts what it was given, brings up its network card, starts guest.mjs.
# Bound to /dev/vda (state of the box), /dev/vdb (Node and the program, read-only), /dev/vdc (site and keys, read-only).
/bin/busybox mkdir -p /bin /proc /sys /dev /mnt /system /site /tmp /run /lib /lib64
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mount -t tmpfs tmpfs /tmp
for module in /modules/*.ko; do insmod "$module"; done
mount -t ext4 /dev/vda /mnt || echo "GUEST mount failed"
mount -t ext4 -o ro /dev/vdb /system
mount -t ext4 -o ro /dev/vdc /site
mount --bind /system/lib /lib
mount --bind /system/lib64 /lib64
ifconfig lo 127.0.0.1 up
ifconfig eth0 10.0.2.15 netmask 255.255.255.0 up
export LD_LIBRARY_PATH=/lib HOME=/tmp
cp -r /site/run /tmp/run
cd /system/app
exec /system/node guest.mjs
