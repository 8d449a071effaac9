import { type FileioPlan, type ServingPlan, withoutStorage } from '@lunkit/config'
import type { FileFacts, FileLook } from './file-look.ts'
import { FileKind } from './file-look.ts'

/** LIO and lunkit count no less than sectors. */
const SECTOR_BYTES = 512

/** A file of a plan that cannot be a disk. */
interface RefusedFile {
  /** The storage object, by plugin and name: `fileio/disk0`. */
  readonly key: string
  /** Where in the configuration: `storage_objects[0]`. */
  readonly path: string
  /** In words: "cannot open /srv/disk.img: it is a directory; give the path of a regular file". */
  readonly why: string
}

/** A plan whose files were looked at. */
export interface JudgedPlan {
  /** Without the disks that cannot be. */
  readonly plan: ServingPlan
  readonly refused: readonly RefusedFile[]
  /** What is known of the files of the others, by their storage object's key. */
  readonly files: ReadonlyMap<string, FileFacts>
}

/**
 * Looks at the files of a plan, and takes out those that cannot be disks. Nothing is opened: what only opening tells (a lock
 * that another process has) is not known. `--check` and the start of lunkitd both go by it.
 */
export async function judgeFiles(plan: ServingPlan, look: FileLook): Promise<JudgedPlan> {
  const files = new Map<string, FileFacts>()
  const refused: RefusedFile[] = []
  const owners = new Map<string, string>()
  for (const storage of plan.storage) {
    if (storage.file === undefined) continue
    const facts = await look(storage.file)
    const owner = facts.identity === undefined ? undefined : owners.get(facts.identity)
    const why = owner === undefined ? whyNoDisk(storage, facts) : sharedWith(owner)
    if (why !== undefined)
      refused.push({ key: storage.key, path: storage.path, why: `cannot open ${storage.file}: ${why}` })
    else files.set(storage.key, facts)
    if (facts.identity !== undefined && why === undefined) owners.set(facts.identity, `${storage.key}, ${storage.path}`)
  }
  const reasons = new Map(refused.map(({ key, why }) => [key, why]))
  return { plan: withoutStorage(plan, reasons), refused, files }
}

const sharedWith = (owner: string): string =>
  `it is the file of ${owner} already (by a link); two disks on one file destroy each other`

const NO_FILE: { readonly [K in FileKind]?: string } = {
  [FileKind.directory]: 'it is a directory',
  [FileKind.blockDevice]: 'it is a block device',
  [FileKind.characterDevice]: 'it is a character device',
  [FileKind.pipe]: 'it is a pipe',
  [FileKind.socket]: 'it is a socket',
  [FileKind.danglingLink]: 'it is a symbolic link that leads nowhere',
}

/** Why a file is no disk; undefined: it may be one. */
function whyNoDisk(plan: FileioPlan, { kind, sizeBytes, refusal, lostMount }: FileFacts): string | undefined {
  const what = NO_FILE[kind]
  if (what !== undefined) return `${what}; give the path of a regular file`
  if (kind === FileKind.missingDirectory)
    return 'its directory does not exist, or is none; create it, or give another path'
  if (kind === FileKind.unknown) return `the system says ${refusal}`
  if (kind === FileKind.missing && plan.sizeBytes === undefined)
    return 'it does not exist, and no size was given to create it with; give a size, or the path of an existing file'
  if (kind === FileKind.missing && !plan.create)
    return 'it does not exist, and may not be created (create); mount what it should lie on, or make it yourself'
  if (lostMount !== undefined) return `it does not exist, and ${lostMount}, so that nothing is created there`
  if (refusal !== undefined) return whyRefused(refusal, kind)
  if (kind !== FileKind.missing && !plan.create && sizeBytes < (plan.sizeBytes ?? 0))
    return `the file has ${sizeBytes} bytes and ${plan.sizeBytes} are asked for, and it may not be made longer (create)`
  return whyTooSmall(plan, kind === FileKind.missing ? 0 : sizeBytes)
}

function whyRefused(code: string, kind: FileKind): string {
  const what = code === 'EROFS' ? 'its file system is mounted read-only' : 'permission is denied to this user'
  return kind === FileKind.missing ? `it does not exist and cannot be created: ${what} (${code})` : `${what} (${code})`
}

function whyTooSmall({ sizeBytes, unit }: FileioPlan, fileBytes: number): string | undefined {
  const askedBytes = sizeBytes ?? fileBytes
  const { blockSizeBytes } = unit.attributes
  if (askedBytes - (askedBytes % SECTOR_BYTES) >= blockSizeBytes) return undefined
  const whose = sizeBytes === undefined ? 'it has' : 'its size is to be'
  return `${whose} ${askedBytes} bytes, which hold no block of ${blockSizeBytes} bytes; right is ${blockSizeBytes} or more`
}
