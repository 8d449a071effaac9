import { readFileSync } from 'node:fs'
import { diskPath, nodeLogin, updated } from '../guest/open-iscsi.ts'
import type { TargetAddress } from '../harness/target-address.ts'
import { awaitLines } from './guest-lunkitd.ts'

const fixture = new URL('../fixtures/lio/saveconfig.json', import.meta.url)
const second = { host: '127.0.0.1', port: 3261, iqn: 'iqn.2022-08.com.test:second' }
const first = { host: '127.0.0.1', port: 3260, iqn: 'iqn.2022-08.com.test:lio' }

/** What the file has for one of its initiators: the block device and the SCSI device, then the file and the memory. */
export const savedLuns: readonly TargetAddress[] = [
  { ...second, lun: 0 },
  { ...second, lun: 1 },
  { ...first, lun: 0 },
  { ...first, lun: 1 },
]

/** The file that a real LIO has saved, with other devices. */
export function savedByLio(devices: Readonly<Record<string, string>>): string {
  const text = readFileSync(fixture, 'utf8')
  return Object.entries(devices).reduce((changed, [from, to]) => changed.replaceAll(`"${from}"`, `"${to}"`), text)
}

/** Script: has lunkitd serve a file beside what it serves, and logs in as an initiator that the file knows, with its passwords. */
export const serveSaved = (file: string): string => `
  modprobe loop; truncate -s 64M /tmp/loop.img; losetup /dev/loop0 /tmp/loop.img
  LUNKIT_CONTROL=/tmp/control.sock sh /lunkit/usr/bin/lunkit restoreconfig ${file}
  iscsiadm -m iface -I host1 -o new > /dev/null
  iscsiadm -m iface -I host1 -o update -n iface.initiatorname -v iqn.1994-05.com.redhat:host1 > /dev/null
  ${[second, first]
    .map(target => `iscsiadm -m node -o new -T ${target.iqn} -p ${target.host}:${target.port} -I host1 > /dev/null`)
    .join('\n  ')}
  ${updated(`iscsiadm -m node -T ${second.iqn} -p ${second.host}:${second.port}`, {
    ...{ 'node.session.auth.authmethod': 'CHAP' },
    ...{ 'node.session.auth.username': 'alice', 'node.session.auth.password': 'secretsecret12' },
    ...{ 'node.session.auth.username_in': 'tgt', 'node.session.auth.password_in': 'mutualsecret12' },
  })}
  ${[second, first].map(target => nodeLogin({ ...target, lun: 0 }, { 'node.conn[0].timeo.noop_out_interval': '0' })).join('\n  ')} > /dev/null
  ${awaitLines(`ls ${savedLuns.map(diskPath).join(' ')} 2> /dev/null`, savedLuns.length)}`

/** Script: the size in blocks, the vendor and the product of each of its LUNs. */
export const savedFacts = savedLuns
  .map(lun => `cd /sys/block/$(basename $(readlink -f ${diskPath(lun)})); echo $(cat size device/vendor device/model)`)
  .join('\n')
