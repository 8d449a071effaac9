import { randomBytes } from 'node:crypto'
import { formatPortal, type PortalAddress } from '@lunkit/config'
import { createTarget, type DiskServerOptions, derivedSuffix, type LunkitTarget, ramdisk } from 'lunkit'

const DEMO_TARGET_NAME = 'iqn.2026-11.io.lunkit:demo'
/** Nobody else reaches it, and one process at a time has it: a name that is the same on every machine does no harm there. */
const OWN_PORTAL = '127.0.0.1:3260'
const DEMO_DISK_BYTES = 1024 ** 3

/** Serves the demo's disk, which takes memory only when it is written. */
export function serveDemo(portal: PortalAddress, options: DiskServerOptions): Promise<LunkitTarget> {
  const attributes = { emulateModelAlias: true, emulateTpu: true, emulateTpws: true, isNonrot: true }
  const disk = ramdisk({ name: 'demo', sizeBytes: DEMO_DISK_BYTES, attributes })
  return createTarget({ ...options, name: demoName(portal), portal, luns: [disk] })
}

/** At any other portal than its own the demo is one of several in the world, each with a name of its own. */
function demoName(portal: PortalAddress): string {
  const address = formatPortal(portal)
  if (address === OWN_PORTAL) return DEMO_TARGET_NAME
  // A port that is any free one leads nobody back to it.
  const suffix = portal.port === 0 ? randomBytes(6).toString('hex') : derivedSuffix(['demo', address])
  return `${DEMO_TARGET_NAME}.${suffix}`
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
