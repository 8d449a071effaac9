import { type ServingPlan, type StoragePlan, withoutStorage } from '@lunkit/config'
import { pluginOf } from '../plugins/plugins.ts'
import { askOfEach } from './asked-files.ts'
import { DiskOwners } from './disk-owners.ts'
import type { FileFacts, FileLook } from './file-look.ts'

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

/** Which disks are open as their plans say. */
export type OpenPlans = Pick<ReadonlySet<StoragePlan>, 'has'>

/** How files are looked at. */
export interface JudgingOptions {
  readonly look: FileLook
  /**
   * Disks that are open as the plan says. Whatever has become of their paths since, they have their files; that another disk is to
   * have one of those is told when it is opened.
   */
  readonly open?: OpenPlans
}

/**
 * Looks at the files of a plan, and takes out those that cannot be disks. Nothing is opened: what only opening tells (a lock
 * that another process has) is not known. `--check` and the start of lunkitd both go by it.
 */
export async function judgeFiles(plan: ServingPlan, { look, open }: JudgingOptions): Promise<JudgedPlan> {
  const files = new Map<string, FileFacts>()
  const refused: RefusedFile[] = []
  const owners = new DiskOwners()
  const disks = plan.storage.filter(storage => storage.file !== undefined && !open?.has(storage))
  const looks = await askOfEach(disks, async storage => ({ storage, facts: await look(storage.file ?? '') }))
  for (const { storage, facts } of looks) {
    const why = owners.rivalOf(facts) ?? pluginOf(storage).whyNone(storage, facts)
    if (why !== undefined)
      refused.push({ key: storage.key, path: storage.path, why: `cannot open ${storage.file}: ${why}` })
    else {
      files.set(storage.key, facts)
      owners.take(facts, `${storage.key}, ${storage.path}`)
    }
  }
  const reasons = new Map(refused.map(({ key, why }) => [key, why]))
  return { plan: withoutStorage(plan, reasons), refused, files }
}
