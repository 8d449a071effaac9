import type { PscsiPlan } from '@lunkit/config'
import { type FileFacts, FileKind } from '../files/file-look.ts'

const RIGHT = 'give a node of a whole SCSI device (lsscsi -g lists them), or its address, as 2:0:0:1'
const MISSING = 'there is no such device; plug it in, or give one that is there (lsscsi -g lists them)'

const NO_DEVICE: { readonly [K in FileKind]?: string } = {
  [FileKind.regularFile]: `it is a regular file, which fileio serves; ${RIGHT}`,
  [FileKind.directory]: `it is a directory; ${RIGHT}`,
  [FileKind.blockDevice]: `it is a partition, or a device that takes no SCSI commands, which block serves; ${RIGHT}`,
  [FileKind.characterDevice]: `it is no SCSI device; ${RIGHT}`,
  [FileKind.pipe]: `it is a pipe; ${RIGHT}`,
  [FileKind.socket]: `it is a socket; ${RIGHT}`,
  [FileKind.missing]: MISSING,
  [FileKind.missingDirectory]: MISSING,
  [FileKind.danglingLink]: 'it is a symbolic link that leads nowhere; give the path of a device that is there',
}

/** Why commands cannot be passed through to what a look has found; undefined: they may be. */
export function whyNoScsiDevice(_plan: Pick<PscsiPlan, 'file'>, facts: FileFacts): string | undefined {
  const { kind, scsi, readRefusal } = facts
  if (scsi === undefined) return NO_DEVICE[kind] ?? `the system says ${facts.refusal}`
  if (scsi.node === undefined)
    return `SCSI device ${scsi.address} has no node that takes commands; load the driver that has one: modprobe sg`
  const { holders = [] } = scsi.block ?? {}
  if (holders.length > 0) return `${holders.join(', ')}; end that first, or give another device`
  // Of what nobody may write the device itself says that.
  return readRefusal === undefined ? undefined : `permission is denied to this user (${readRefusal})`
}
