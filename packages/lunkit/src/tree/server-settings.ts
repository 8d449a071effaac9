import type { LanePlacement } from '@lunkit/backstores'
import type { LoginProof, TargetLimits } from '@lunkit/target'

/** What of a whole server changes while it serves; transfer memory and lanes are as they were when it was made. */
export interface ServerSettings {
  readonly limits: Partial<TargetLimits>
  /** Microseconds for which threads look for more work before they sleep. */
  readonly pollUs: number
  /** In which lanes disks are done: see `DiskServerOptions`. Left out: nobody says. */
  readonly lanePlacement?: LanePlacement
  /** What discovery sessions must prove. */
  readonly discovery: LoginProof
}
