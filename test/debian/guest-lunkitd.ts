import { mkdir, writeFile } from 'node:fs/promises'
import type { Guest, GuestDrive } from '../guest/guest.ts'
import { discover, nodeLogin } from '../guest/open-iscsi.ts'
import { succeed } from '../harness/outcome.ts'
import { type ServedConfig, saveConfig, storesOf } from '../harness/save-config.ts'
import type { Scratch } from '../harness/scratch.ts'
import type { TargetAddress } from '../harness/target-address.ts'
import { findTool } from '../harness/tool.ts'

const stepTimeoutMs = 60_000
const imageMiB = 400
/** On emulated processors, of which others want a part too, Node takes a minute for what takes half a second. */
const startSeconds = 300
/** A lunkitd that waits for a processor is not taken for dead. */
const patient = { 'node.conn[0].timeo.noop_out_interval': '0' }
const log = '/tmp/lunkitd.log'

/** A drive with the files of a Debian package, which need not be installed to be run from there. */
export async function packageDrive(path: string, scratch: Scratch): Promise<GuestDrive> {
  const [root, image] = [scratch.path('package'), scratch.path('package.img')]
  await mkdir(root)
  await succeed(findTool('dpkg-deb'), ['-x', path, root], { timeoutMs: stepTimeoutMs })
  const args = ['-q', '-t', 'ext4', '-O', '^has_journal', '-d', root, image, `${imageMiB}M`]
  await succeed(findTool('mke2fs'), args, { timeoutMs: stepTimeoutMs })
  return { path: image, device: 'virtio-blk-pci' }
}

/** Starts the lunkitd of such a drive in the guest, and waits until it serves all that it is to serve. */
export async function startLunkitd(guest: Guest, share: string, served: ServedConfig): Promise<void> {
  await writeFile(`${share}/saveconfig.json`, JSON.stringify(saveConfig(served)))
  const luns = storesOf(served).length
  await guest.succeed(
    `mkdir /lunkit; mount -o ro /dev/vdb /lunkit; ln -s /lunkit/usr/lib/lunkit /usr/lib/lunkit
    export LUNKIT_STATE=/tmp/state LUNKIT_CONTROL=/tmp/control.sock
    sh /lunkit/usr/sbin/lunkitd --config /share/saveconfig.json > ${log} 2>&1 < /dev/null &
    ${until(`grep -q '"msg":"serving ' ${log}`, startSeconds)} || { cat ${log}; exit 1; }
    grep -q '"msg":"serving ${luns} of ${luns} LUNs' ${log} || { cat ${log}; exit 1; }`,
    (startSeconds + 60) * 1000,
  )
}

/** Script: what lunkitd has logged so far. */
export const lunkitdLog = `cat ${log}`

/** Script: waits until lunkitd has logged something. */
export const untilSaid = (text: string): string =>
  `(${until(`grep -qF '${text}' ${log}`, 60)}) || { tail -n 5 ${log}; exit 1; }`

/** Script: the guest is an initiator from now on. */
const beInitiator = `modprobe iscsi_tcp
    pgrep -x iscsid > /dev/null || { echo InitiatorName=iqn.2026-11.io.lunkit.test:guest > /etc/iscsi/initiatorname.iscsi; iscsid; }`

/** Script: logs in to a target elsewhere, without discovery, by so many sessions. */
export function loginThere(target: TargetAddress, sessions: number): string {
  return `${beInitiator}
    iscsiadm -m node -o new -T ${target.iqn} -p ${target.host}:${target.port}
    ${nodeLogin(target, { ...patient, 'node.session.nr_sessions': String(sessions) })}`
}

/** Script: logs in to targets of this very machine, and waits until the kernel and udev have so many disks of each. */
export function loginHere(targets: readonly (readonly [target: TargetAddress, disks: number])[]): string {
  const here = targets.map(
    ([target, disks]) => `
    ${nodeLogin(target, patient)}
    ${awaitLines(`ls /dev/disk/by-path/ | grep -F 'iscsi-${target.iqn}-lun-'`, disks)}`,
  )
  return `
    ${beInitiator}
    ${targets
      .slice(0, 1)
      .map(([target]) => discover(target))
      .join('')}${here.join('')}`
}

/** Script: waits until a command prints so many lines, and fails where it does not. */
export const awaitLines = (command: string, count: number): string =>
  `udevadm settle; ${until(`[ "$( { ${command}; } | wc -l )" = ${count} ]`, 120)}; udevadm settle`

/** Script: waits until a command succeeds, and fails where it does not. */
const until = (command: string, seconds: number): string =>
  `{ waited=0; until ${command}; do waited=$((waited + 1)); [ $waited -lt ${seconds * 5} ] || { echo 'never: ${command.replaceAll("'", '"')}'; exit 1; }; sleep 0.2; done; }`
