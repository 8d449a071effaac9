import type { PortalAddress } from '@lunkit/target'

/** Where a logical unit is: `iscsi://127.0.0.1:3260/iqn.2026-11.io.lunkit:demo/0`, as libiscsi and QEMU take it. */
export function lunUrl({ host, port }: PortalAddress, targetName: string, lun: number): string {
  const address = host.includes(':') ? `[${host}]` : host
  return `iscsi://${address}:${port}/${targetName}/${lun}`
}
