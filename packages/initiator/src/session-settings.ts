import type { Timers } from '@lunkit/wire'
import type { AttentionNotice, AttentionPolicy } from './attention.ts'
import type { AsyncNotice, RejectNotice } from './full-feature.ts'
import type { KeepAliveOptions } from './keep-alive.ts'
import type { RedirectionNotice } from './redirection-notice.ts'
import type { TcpAddress } from './tcp.ts'

/** What a session tells its program without being asked. */
export interface SessionListener {
  /** An Asynchronous Message came. A target that asks for a logout gets it without further ado. */
  asyncMessage?(notice: AsyncNotice): void
  /** The target refused a PDU. What it belonged to fails by itself. */
  rejected?(notice: RejectNotice): void
  /** A logical unit had something to say before it would do anything, see `AttentionPolicy`. */
  attention?(notice: AttentionNotice): void
  /** A target has sent the login elsewhere; it goes on there. */
  redirected?(notice: RedirectionNotice): void
}

/** @internal How a session behaves. */
export interface SessionSettings {
  readonly listener: SessionListener
  readonly timers: Timers
  readonly strict: boolean
  readonly attentions: AttentionPolicy
  /** Undefined: the target's silence is borne for ever, as in discovery sessions, which have no NOP-Out. */
  readonly keepAlive: Required<KeepAliveOptions> | undefined
  /** How long a command may take that is not given a time of its own. */
  readonly commandTimeoutMs: number | undefined
  /** The logical unit that `unit` is. */
  readonly lun: number
  /** Where the target is. */
  readonly portal: TcpAddress
}
