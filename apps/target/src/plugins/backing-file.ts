import type { FileioPlan } from '@lunkit/config'
import { type FileFacts, FileKind } from '../files/file-look.ts'

/** LIO and lunkit count no less than sectors. */
const SECTOR_BYTES = 512

const NO_FILE: { readonly [K in FileKind]?: string } = {
  [FileKind.directory]: 'it is a directory',
  [FileKind.characterDevice]: 'it is a character device',
  [FileKind.pipe]: 'it is a pipe',
  [FileKind.socket]: 'it is a socket',
  [FileKind.danglingLink]: 'it is a symbolic link that leads nowhere',
}

/** Why a file cannot be a disk, by what a look at it tells; undefined: it may be one. */
export function whyNoDisk(plan: FileioPlan, facts: FileFacts): string | undefined {
  const { kind, sizeBytes, lostMount } = facts
  const refusal = plan.readOnly ? facts.readRefusal : facts.refusal
  const forbidding = plan.readOnly ? 'readonly' : 'create'
  const what = NO_FILE[kind]
  if (what !== undefined) return `${what}; give the path of a regular file`
  if (kind === FileKind.missingDirectory)
    return 'its directory does not exist, or is none; create it, or give another path'
  if (kind === FileKind.unknown) return `the system says ${refusal}`
  if (kind === FileKind.missing && plan.sizeBytes === undefined)
    return 'it does not exist, and no size was given to create it with; give a size, or the path of an existing file'
  if (kind === FileKind.missing && !plan.create)
    return `it does not exist, and may not be created (${forbidding}); mount what it should lie on, or make it yourself`
  if (lostMount !== undefined) return `it does not exist, and ${lostMount}, so that nothing is created there`
  if (refusal !== undefined) return whyRefused(refusal, kind)
  if (!plan.create && sizeBytes < (plan.sizeBytes ?? 0))
    return `the file has ${sizeBytes} bytes and ${plan.sizeBytes} are asked for, and it may not be made longer (${forbidding})`
  return whyTooSmall(plan, sizeBytes)
}

function whyRefused(code: string, kind: FileKind): string {
  const what = code === 'EROFS' ? 'its file system is mounted read-only' : 'permission is denied to this user'
  return kind === FileKind.missing ? `it does not exist and cannot be created: ${what} (${code})` : `${what} (${code})`
}

function whyTooSmall({ sizeBytes, unit }: FileioPlan, fileBytes: number): string | undefined {
  const askedBytes = sizeBytes ?? fileBytes
  const { blockSizeBytes = SECTOR_BYTES } = unit.attributes
  if (askedBytes - (askedBytes % SECTOR_BYTES) >= blockSizeBytes) return undefined
  const whose = sizeBytes === undefined ? 'it has' : 'its size is to be'
  return `${whose} ${askedBytes} bytes, which hold no block of ${blockSizeBytes} bytes; right is ${blockSizeBytes} or more`
}
