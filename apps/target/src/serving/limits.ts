import { type LimitName, type LimitSetting, type LimitSettings, limitSettings } from '@lunkit/config'
import { type DiskServerOptions, TARGET_LIMITS, type TargetLimits } from 'lunkit'
import type { Logger } from '../log/logger.ts'
import { connectionsThatFit, readOpenFilesLimit } from '../open-files.ts'

/** What limits set: those of the target, and the memory for data on its way, which is the server's own. */
type Limits = { readonly [K in LimitName]?: number } & Partial<TargetLimits> &
  Pick<DiskServerOptions, 'transferMemoryBytes'>

/** A setting whose name no limit has does not compile. */
type Unknown = Exclude<LimitName, keyof TargetLimits | keyof DiskServerOptions>
const nameOf = (setting: LimitSetting): [Unknown] extends [never] ? LimitName : never => limitSettings[setting].sets

/** The limits that an administrator sets, for the server. */
export function limitOptions(settings: LimitSettings): Pick<DiskServerOptions, 'limits' | 'transferMemoryBytes'> {
  const set = Object.entries(settings) as [LimitSetting, number][]
  const { transferMemoryBytes, ...limits }: Limits = Object.fromEntries(
    set.map(([setting, value]) => [nameOf(setting), value]),
  )
  return { limits, ...(transferMemoryBytes !== undefined && { transferMemoryBytes }) }
}

/**
 * No more connections than there are descriptors for: one that is refused is counted, one that the system could not
 * hand over would leave none for files either.
 */
export function withFittingConnections(
  options: DiskServerOptions,
  storageObjects: number,
  log: Logger,
): DiskServerOptions {
  const openFiles = readOpenFilesLimit()
  const fitting = connectionsThatFit(openFiles, storageObjects)
  const wanted = options.limits?.connections ?? TARGET_LIMITS.connections
  if (fitting >= wanted) return options
  log.warn(
    { event: 'connectionsFewer', openFiles, connections: fitting },
    `${openFiles} files may be open, which leaves ${fitting} connections of ${wanted}; raise LimitNOFILE= or ulimit -n`,
  )
  return { ...options, limits: { ...options.limits, connections: fitting } }
}
