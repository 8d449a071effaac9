import type { TargetAddress } from '../harness/target-address.ts'

/** Settings of a session, in open-iscsi's words. */
export type SessionSettings = Readonly<Record<string, string>>

/** What a node record says when nothing was changed: no digests, immediate data, no R2T for the first burst. */
export const plainSession: SessionSettings = {
  'node.conn[0].iscsi.HeaderDigest': 'None',
  'node.conn[0].iscsi.DataDigest': 'None',
  'node.session.iscsi.InitialR2T': 'No',
  'node.session.iscsi.ImmediateData': 'Yes',
}

/** Both digests, and every byte of written data asked for by R2T. */
export const digestSession: SessionSettings = {
  'node.conn[0].iscsi.HeaderDigest': 'CRC32C',
  'node.conn[0].iscsi.DataDigest': 'CRC32C',
  'node.session.iscsi.InitialR2T': 'Yes',
  'node.session.iscsi.ImmediateData': 'No',
}

/** The name of the guest as an initiator. */
const initiatorName = 'iqn.2026-11.io.lunkit.test:guest'

/** The name of one of the initiators that the guest has besides its own. */
export function initiatorNamed(name: string): string {
  return `${initiatorName}.${name}`
}

/** The link that udev makes for the LUN; the disk's own name may change from login to login. */
export function diskPath(target: TargetAddress): string {
  return `/dev/disk/by-path/ip-${portal(target)}-iscsi-${target.iqn}-lun-${target.lun}`
}

/** The portal as open-iscsi names it. */
export function portal(target: TargetAddress): string {
  return `${target.host}:${target.port}`
}

/** Script: begins to be an initiator. The kernel log starts anew, so that it holds nothing of the boot. */
export function startInitiator(target: TargetAddress): string {
  return `
    dmesg --clear
    sysctl -q -w net.ipv4.conf.all.route_localnet=1
    ${leadTo(target)}
    modprobe -a iscsi_tcp sd_mod sg
    echo InitiatorName=${initiatorName} > /etc/iscsi/initiatorname.iscsi
    iscsid`
}

/**
 * Script: discovery tells the portal's own address, which is the host's loopback; the guest's connections to that
 * address are led there through QEMU's user network, where the host is 10.0.2.2.
 */
export function leadTo(target: TargetAddress): string {
  return `nft -f - <<RULES
    table ip iscsi {
      chain output {
        type nat hook output priority -100
        ip daddr ${target.host} tcp dport ${target.port} dnat to 10.0.2.2
      }
      chain postrouting {
        type nat hook postrouting priority 100
        ip daddr 10.0.2.2 masquerade
      }
    }
RULES`
}

/** Script: asks the portal for its targets, which also writes their node records. */
export function discover(target: TargetAddress): string {
  return `iscsiadm -m discovery -t sendtargets -p ${portal(target)}`
}

/** Script: logs in and waits until udev has made the disk's link. */
export function login(target: TargetAddress, settings: SessionSettings): string {
  return `
    ${nodeLogin(target, settings)}
    ${awaitDisk(target)}`
}

/** Script: logs in, and does not wait for disks. */
export function nodeLogin(target: TargetAddress, settings: SessionSettings): string {
  const node = `iscsiadm -m node -T ${target.iqn} -p ${portal(target)}`
  return `${updated(node, settings)}
    ${node} --login`
}

/** Script: changes a record of open-iscsi's, which a command names. */
export function updated(record: string, settings: SessionSettings): string {
  const pairs = Object.entries(settings).map(([name, value]) => `-n '${name}' -v '${value}'`)
  return pairs.length === 0 ? '' : `${record} -o update ${pairs.join(' ')}`
}

/** Script: waits until udev has made a disk's link; a login returns before the kernel has found every LUN. */
export function awaitDisk(target: TargetAddress): string {
  return `
    for attempt in $(seq 100); do [ -b ${diskPath(target)} ] && break; sleep 0.1; done
    udevadm settle
    test -b ${diskPath(target)}`
}

/** Script: makes initiators of these names besides the guest's own, each the owner of its own sessions. */
export function addInitiators(names: readonly string[]): string {
  return names.map(name => addInitiator(name, initiatorNamed(name))).join('')
}

/** Script: makes an initiator of this name, which open-iscsi calls otherwise. */
export function addInitiator(iface: string, name: string): string {
  return `
    iscsiadm -m iface -I ${iface} -o new
    ${updated(`iscsiadm -m iface -I ${iface}`, { 'iface.initiatorname': name, 'iface.transport_name': 'tcp' })}`
}

/** Script: has none of these initiators any more, and so one session with each portal again. */
export function removeInitiators(names: readonly string[]): string {
  return names.map(name => `iscsiadm -m iface -I ${name} -o delete`).join('; ')
}

/** Script: finds the target as each of these initiators and logs in once as each of them. */
export function loginAs(names: readonly string[], target: TargetAddress, settings: SessionSettings = {}): string {
  return `
    ${discover(target)} ${names.map(name => `-I ${name}`).join(' ')}
    ${nodeLogin(target, settings)}
    for attempt in $(seq 100); do [ "$(${disksByInitiator(target)} | wc -l)" = ${names.length} ] && break; sleep 0.1; done
    udevadm settle`
}

/** Script: prints the disk of each session with a target, after the name of the session's initiator, one a line. */
export function disksByInitiator({ iqn }: TargetAddress): string {
  return `iscsiadm -m session -P 3 | awk '
    $1 == "Target:" { chosen = $2 == "${iqn}" }
    /Iface Initiatorname:/ { initiator = $3 }
    chosen && /Attached scsi disk/ { print initiator, "/dev/" $4 }'`
}

/** Script: prints the number and the bytes of each LUN of a target that has a disk, one a line. */
export function lunSizes(target: TargetAddress): string {
  const link = diskPath(target).replace(/\d+$/, '')
  return `for link in ${link}*; do case $link in *-part*) ;; *) echo \${link##*-lun-} $(blockdev --getsize64 $link);; esac; done`
}

/** The names of the targets that discovery told of. */
export function targetsIn(discovered: string): string[] {
  return [...new Set([...discovered.matchAll(/^\S+ (\S+)$/gm)].map(([, name = '']) => name))].sort()
}

/** The bytes of each LUN by its number, of what {@link lunSizes} printed. */
export function sizesIn(printed: string): Record<number, number> {
  return Object.fromEntries([...printed.matchAll(/^(\d+) (\d+)$/gm)].map(([, lun, bytes]) => [lun, Number(bytes)]))
}

/** The path of the disk that this script printed for one of the guest's initiators. */
export function diskOf(name: string, printed: string): string {
  const line = printed.split('\n').find(each => each.startsWith(`${initiatorNamed(name)} `))
  if (line === undefined) throw new Error(`${name} has no disk:\n${printed}`)
  return line.slice(line.indexOf(' ') + 1)
}

/** Script: has the kernel look for LUNs that came, and at the sizes of those there are. */
export const rescan = 'iscsiadm -m session --rescan; udevadm settle'

/**
 * Script: logs out, which takes the disk and all that the kernel cached of it away. Not while udev looks at it, as it does
 * whenever somebody has written to it: the kernel would log that it could not.
 */
export function logout(target: TargetAddress): string {
  return `udevadm settle; iscsiadm -m node -T ${target.iqn} -p ${portal(target)} --logout`
}
