import type { LastCrash } from '../crash/flight-recorder.ts'
import type { AllocatedBytes } from '../inventory/allocated-bytes.ts'
import type { CallCounts } from '../inventory/call-counts.ts'
import type { NameServers } from '../isns/name-servers.ts'
import type { Vitals } from '../life/vitals.ts'
import type { ConfigurationFile } from '../live/configuration-file.ts'
import type { LiveConfiguration } from '../live/live-configuration.ts'
import type { ChangeLog } from '../reload/change-log.ts'
import type { ServedConfiguration } from '../serving/served-configuration.ts'
import type { StateStore } from '../state/state-store.ts'
import type { ControlTls } from './control-tls.ts'
import type { Witness } from './witness.ts'

/** What the control API is about. */
export interface ControlParts {
  readonly live: LiveConfiguration
  readonly served: ServedConfiguration
  /** The iSNS servers that targets are registered with. */
  readonly isns: Pick<NameServers, 'statuses'>
  /** Undefined: what is served stands in no file. */
  readonly file: ConfigurationFile | undefined
  readonly state: StateStore
  /** Has seen what happened since lunkitd was started. */
  readonly witness: Witness
  /** How many bytes the files of LUNs take. */
  readonly allocated: AllocatedBytes
  /** How often what was asked of it. */
  readonly calls: CallCounts
  /** Whether the threads of lunkitd answer. */
  readonly vitals: Pick<Vitals, 'silent' | 'lastStandstill' | 'standstills'>
  /** The run before this one, where it did not end as it should. */
  readonly lastCrash: LastCrash | undefined
  /** Says of changes what came of them. */
  readonly changes: ChangeLog
  /** Whether nobody but the owner of the socket can connect. */
  readonly ownerOnly: boolean
  /** Undefined: nobody manages it by TLS. */
  readonly tls: Pick<ControlTls, 'wrong' | 'listener' | 'reread'> | undefined
}
