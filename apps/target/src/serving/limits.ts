import type { LimitSetting, LimitSettings } from '@lunkit/config'
import { type DiskServerOptions, TARGET_LIMITS, type TargetLimits } from 'lunkit'
import type { Logger } from 'pino'
import { connectionsThatFit, readOpenFilesLimit } from '../open-files.ts'

/** Which limit of the target a setting is; the memory for data on its way is the server's own. */
export const limitOfSetting = {
  connections: 'connections',
  connections_in_login: 'connectionsInLogin',
  connections_in_login_per_source: 'connectionsInLoginPerSource',
  login_requests: 'loginRequests',
  text_bytes: 'textBytes',
  text_keys: 'textKeys',
  pdus_per_turn: 'pdusPerTurn',
  output_bytes_per_turn: 'outputBytesPerTurn',
  immediate_commands: 'immediateCommands',
  management_functions: 'managementFunctions',
  abort_wait_ms: 'abortWaitMs',
  outstanding_r2ts: 'outstandingR2Ts',
  data_out_bytes: 'dataOutBytes',
  data_in_bytes: 'dataInBytes',
  output_bytes: 'outputBytes',
  output_bytes_in_all: 'outputBytesInAll',
  output_bytes_at_most: 'outputBytesAtMost',
  discovery_idle_ms: 'discoveryIdleMs',
  linger_ms: 'lingerMs',
} as const satisfies Readonly<Record<Exclude<LimitSetting, 'transfer_memory_bytes'>, keyof TargetLimits>>

/** The limits that an administrator sets, for the server. */
export function limitOptions(settings: LimitSettings): Pick<DiskServerOptions, 'limits' | 'transferMemoryBytes'> {
  const { transfer_memory_bytes: transferMemoryBytes, ...ofTarget } = settings
  const names: Readonly<Record<string, keyof TargetLimits>> = limitOfSetting
  const limits = Object.entries(ofTarget).map(([name, value]) => [names[name], value])
  return {
    limits: Object.fromEntries(limits) as Partial<TargetLimits>,
    ...(transferMemoryBytes !== undefined && { transferMemoryBytes }),
  }
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
    { openFiles, connections: fitting },
    `${openFiles} files may be open, which leaves ${fitting} connections of ${wanted}; raise LimitNOFILE= or ulimit -n`,
  )
  return { ...options, limits: { ...options.limits, connections: fitting } }
}
