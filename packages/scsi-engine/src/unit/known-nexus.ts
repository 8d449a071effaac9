import type { TargetPort } from '../nexus/target-port.ts'

/** An I_T nexus as a logical unit knows it. */
export interface KnownNexus {
  /** Its name as one text, by which reservations and unit attentions are kept. */
  readonly key: string
  /** The target port that it goes through. */
  readonly port: TargetPort
}
