import { ControlServer } from '@lunkit/control'
import type { ControlSocket } from '@lunkit/control/socket'
import type { TlsListener } from '@lunkit/control/tls'
import type { Logger } from 'pino'
import { controlLogger } from './audit-lines.ts'
import type { ControlParts } from './control-parts.ts'
import { peerOf } from './peer-of.ts'
import { controlService } from './service.ts'

/** Where a control server is, and what its limits are. */
interface ControlServerPlace {
  readonly socket: ControlSocket
  readonly tls?: TlsListener
  readonly version: string
  readonly limits: { readonly closeMs: number }
  readonly log: Logger
}

/** Has what comes to a socket answered. All that takes time to load is behind this file. */
export function openControlServer(parts: ControlParts, { log, ...place }: ControlServerPlace): Promise<ControlServer> {
  return ControlServer.open({ ...place, service: controlService(parts), tell: controlLogger(log), peerOf })
}
