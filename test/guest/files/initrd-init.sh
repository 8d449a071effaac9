#!/bin/busybox sh
# The first process of the guest: loads what the disk needs, mounts it and hands over to the root image.
busybox mount -t proc proc /proc
busybox mount -t sysfs sys /sys
busybox mount -t devtmpfs dev /dev
while read -r module; do
  busybox insmod "/modules/$module" || echo "initrd: $module did not load"
done < /modules.order
attempts=0
until [ -b /dev/vda ]; do
  attempts=$((attempts + 1))
  [ "$attempts" -gt 100 ] && echo 'initrd: no /dev/vda after 10 s' && busybox poweroff -f
  busybox sleep 0.1
done
busybox mount -t ext4 /dev/vda /root
busybox umount /proc /sys
busybox mount --move /dev /root/dev
exec busybox switch_root /root /guest-init
