import type { FileioPlan } from '@lunkit/config'
import { fileio as openFile } from 'lunkit'
import { formatBytes } from '../bytes.ts'
import { type FileFacts, FileKind } from '../files/file-look.ts'
import { whyNoDevice } from './backing-device.ts'
import { whyNoDisk } from './backing-file.ts'
import { wayOf } from './block.ts'
import { cacheOf, type ServedPlugin } from './plugin.ts'

/** Files that are disks. */
export const fileio: ServedPlugin<FileioPlan> = {
  open: ({ name, file: path, sizeBytes, create, sparse, direct, writeBack, readOnly }, { mayCreate, flushFailure }) =>
    openFile({ name, path, sizeBytes, create: create && mayCreate, sparse, direct, writeBack, readOnly, flushFailure }),
  whyNone: (plan, facts) =>
    facts.kind !== FileKind.blockDevice ? whyNoDisk(plan, facts) : whyNoDevice({ ...plan, exclusive: true }, facts),
  explain: (plan, facts) => `${plan.file}${explainSize(plan, facts)}${explainWay(plan, facts)}, ${cacheOf(plan)}`,
  where: ({ file }) => file,
}

/** A file goes through the page cache unless it says something else. */
const explainWay = ({ direct }: FileioPlan, facts: FileFacts | undefined): string =>
  direct || facts?.device !== undefined ? `, ${wayOf(direct)}` : ''

function explainSize({ sizeBytes }: FileioPlan, facts: FileFacts | undefined): string {
  if (facts?.device !== undefined) return ` (${formatBytes(facts.sizeBytes)}, a block device)`
  const asked = sizeBytes === undefined ? '' : formatBytes(sizeBytes)
  if (facts === undefined) return asked === '' ? '' : ` (created with ${asked} if it is missing)`
  if (facts.kind === FileKind.missing) return ` (missing; would be created with ${asked})`
  const has = formatBytes(facts.sizeBytes)
  return sizeBytes === undefined || sizeBytes === facts.sizeBytes
    ? ` (${has})`
    : ` (has ${has}; the size is to be ${asked})`
}
