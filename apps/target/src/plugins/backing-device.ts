import type { StoragePlan } from '@lunkit/config'
import type { DeviceFacts } from 'lunkit'
import { type FileFacts, FileKind } from '../files/file-look.ts'

/** What of a plan decides whether a device can be it. */
export type DevicePlan = Pick<StoragePlan, 'readOnly'> & {
  readonly exclusive: boolean
  readonly unit: { readonly attributes: Pick<StoragePlan['unit']['attributes'], 'blockSizeBytes'> }
}

const MISSING = 'there is no such device; plug it in, or give the path of a device that is there (lsblk lists them)'

const NO_DEVICE: { readonly [K in FileKind]?: string } = {
  [FileKind.regularFile]: 'it is a regular file, which fileio serves; give the path of a block device',
  [FileKind.directory]: 'it is a directory; give the path of a block device',
  [FileKind.characterDevice]: 'it is a character device; give the path of a block device',
  [FileKind.pipe]: 'it is a pipe; give the path of a block device',
  [FileKind.socket]: 'it is a socket; give the path of a block device',
  [FileKind.missing]: MISSING,
  [FileKind.missingDirectory]: MISSING,
  [FileKind.danglingLink]: 'it is a symbolic link that leads nowhere; give the path of a device that is there',
}

/** The longest block that initiators are told of. */
const MOST_BLOCK_BYTES = 4096

/** Why a device cannot be a disk, by what a look at it tells; undefined: it may be one. */
export function whyNoDevice(plan: DevicePlan, facts: FileFacts): string | undefined {
  const { kind, device } = facts
  const refusal = plan.readOnly ? facts.readRefusal : facts.refusal
  const what = NO_DEVICE[kind]
  if (what !== undefined) return what
  if (device === undefined) return `the system says ${facts.refusal}`
  if (plan.exclusive && device.holders.length > 0)
    return `${device.holders.join(', ')}; end that first, or give another device`
  if (device.facts.readOnly && !plan.readOnly)
    return 'the device is write protected; set readonly=true, or clear that (blockdev --setrw)'
  if (refusal !== undefined) return `permission is denied to this user (${refusal})`
  return whyNoBlocks(plan, device.facts)
}

function whyNoBlocks({ unit }: DevicePlan, { sizeBytes, logicalBlockBytes: least }: DeviceFacts): string | undefined {
  const { blockSizeBytes = least } = unit.attributes
  if (least > MOST_BLOCK_BYTES) return `the device has blocks of ${least} bytes; right are ${MOST_BLOCK_BYTES} or fewer`
  if (blockSizeBytes % least !== 0)
    return `its block_size is to be ${blockSizeBytes}, and the device has blocks of ${least} bytes; right is block_size=${least}`
  if (sizeBytes >= blockSizeBytes) return undefined
  return `the device has ${sizeBytes} bytes; put a medium in, or give a device that has one`
}
