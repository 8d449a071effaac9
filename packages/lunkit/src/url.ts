import { MAPPED_LUNS } from '@lunkit/scsi-engine'
import { checkTargetName, type PortalAddress } from '@lunkit/target'
import { checkArgument, object, text, wholeNumber } from '@lunkit/wire'

const ADDRESS = object('{ host, port }')
const HOST = text('an address or a host name', host => /^[^\s/?#@[\]]+$/.test(host))
const PORT = wholeNumber(1, 0xffff)
const LUN = wholeNumber(0, MAPPED_LUNS - 1)

/**
 * Where a logical unit is: `iscsi://127.0.0.1:3260/iqn.2026-11.io.lunkit:demo/0`, as libiscsi and QEMU take it.
 * @throws {TypeError} or {RangeError} for what no URL can be made of.
 */
export function lunUrl(address: PortalAddress, targetName: string, lun: number): string {
  checkArgument('lunUrl: address', address, ADDRESS)
  const { host, port } = address
  checkArgument('lunUrl: host', host, HOST)
  checkArgument('lunUrl: port', port, PORT)
  checkTargetName('lunUrl', targetName)
  checkArgument('lunUrl: lun', lun, LUN)
  return `iscsi://${host.includes(':') ? `[${host}]` : host}:${port}/${targetName}/${lun}`
}
