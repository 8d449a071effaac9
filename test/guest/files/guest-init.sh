#!/bin/bash
# Process 1 of the guest: brings up the kernel's file systems, the network and udev, then runs the scripts that the
# host puts into the shared directory, one after another: N.sh gives N.log and, when it has ended, N.exit.
# With guest.systemd on the kernel's command line systemd is process 1, and this a service of it.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8
if [ $$ = 1 ]; then
  mount -t proc proc /proc
  if grep -q guest.systemd /proc/cmdline; then
    exec /lib/systemd/systemd
  fi
  mount -t sysfs sys /sys
  mount -t tmpfs run /run
  mount -t tmpfs tmp /tmp
  mkdir -p /dev/pts /run/lock /run/udev
  mount -t devpts devpts /dev/pts
  hostname guest
fi
ip link set lo up

modprobe -a virtio_net 9pnet_virtio 9p
mkdir -p /share /mnt/lun
mount -t 9p -o trans=virtio,version=9p2000.L,msize=262144 share /share
# QEMU's user network: the guest is 10.0.2.15 and the host's loopback is behind 10.0.2.2.
interface=$(basename /sys/class/net/e*)
ip address add 10.0.2.15/24 dev "$interface"
ip link set "$interface" up
ip route add default via 10.0.2.2

if [ $$ = 1 ]; then
  /lib/systemd/systemd-udevd --daemon
  udevadm trigger --subsystem-match=block
fi
udevadm settle

uname -r > /share/ready
next=0
while :; do
  until [ -e "/share/$next.sh" ]; do sleep 0.05; done
  bash "/share/$next.sh" > "/share/$next.log" 2>&1
  echo "$?" > "/share/$next.exit.part"
  mv "/share/$next.exit.part" "/share/$next.exit"
  next=$((next + 1))
done
