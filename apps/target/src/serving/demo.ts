import { randomBytes, randomUUID } from 'node:crypto'
import { formatPortal, type PortalAddress, type ServingPlan } from '@lunkit/config'
import { derivedSuffix, lunUrl } from 'lunkit'

const DEMO_TARGET_NAME = 'iqn.2026-11.io.lunkit:demo'
/** Nobody else reaches it, and one process at a time has it: a name that is the same on every machine does no harm there. */
const OWN_PORTAL = '127.0.0.1:3260'
const DEMO_DISK_BYTES = 1024 ** 3

/** What a login is offered: those of a target of a program, with which there are no round trips that could be saved. */
const PARAMETERS = {
  HeaderDigest: 'CRC32C,None',
  DataDigest: 'CRC32C,None',
  InitialR2T: 'No',
  ImmediateData: 'Yes',
  MaxXmitDataSegmentLength: '262144',
  MaxBurstLength: '1048576',
  FirstBurstLength: '262144',
  MaxOutstandingR2T: '8',
}

/** The demo as a saveconfig.json: a disk that takes memory only when it is written, for everybody. */
export function demoDocument(portal: PortalAddress): object {
  const attributes = { emulate_model_alias: 1, emulate_tpu: 1, emulate_tpws: 1, is_nonrot: 1 }
  const disk = { plugin: 'ramdisk', name: 'demo', size: DEMO_DISK_BYTES, wwn: randomUUID(), attributes }
  const tpg = {
    tag: 1,
    enable: true,
    attributes: { authentication: 0, generate_node_acls: 1, demo_mode_write_protect: 0 },
    parameters: PARAMETERS,
    luns: [{ index: 0, storage_object: '/backstores/ramdisk/demo' }],
    portals: [{ ip_address: portal.host, port: portal.port }],
  }
  return {
    storage_objects: [disk],
    targets: [{ fabric: 'iscsi', wwn: demoName(portal), tpgs: [tpg] }],
  }
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
export function demoLines({ targets }: Pick<ServingPlan, 'targets'>, address: PortalAddress): readonly string[] {
  const name = targets[0]?.name ?? ''
  const url = lunUrl(address, name, 0)
  const portal = formatPortal(address)
  return [
    url,
    '',
    'A disk of 1 GiB in memory; what is written is gone when lunkitd ends (Ctrl-C). To connect:',
    `  iscsi-inq ${url}`,
    `  qemu-img info ${url}`,
    `  iscsiadm -m discovery -t sendtargets -p ${portal}`,
    `  iscsiadm -m node -T ${name} -p ${portal} --login`,
  ]
}
