import { formatPortal, type PortalAddress } from '@lunkit/config'
import { createTarget, type DiskServerOptions, type LunkitTarget, ramdisk } from 'lunkit'

const DEMO_TARGET_NAME = 'iqn.2026-11.io.lunkit:demo'
const DEMO_DISK_BYTES = 1024 ** 3

/** Serves the demo's disk, which takes memory only when it is written. */
export function serveDemo(portal: PortalAddress, options: DiskServerOptions): Promise<LunkitTarget> {
  const attributes = { emulateModelAlias: true, emulateTpu: true, emulateTpws: true, isNonrot: true }
  const disk = ramdisk({ name: 'demo', sizeBytes: DEMO_DISK_BYTES, attributes })
  return createTarget({ ...options, name: DEMO_TARGET_NAME, portal, luns: [disk] })
}

/** The demo's URL, and how to connect to it. */
export function demoLines(target: LunkitTarget): readonly string[] {
  const url = target.url()
  const portal = formatPortal(target.address)
  return [
    url,
    '',
    'A disk of 1 GiB in memory; what is written is gone when lunkitd ends (Ctrl-C). To connect:',
    `  iscsi-inq ${url}`,
    `  qemu-img info ${url}`,
    `  iscsiadm -m discovery -t sendtargets -p ${portal}`,
    `  iscsiadm -m node -T ${target.name} -p ${portal} --login`,
  ]
}
