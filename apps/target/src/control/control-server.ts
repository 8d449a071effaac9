import { type ControlNotice, ControlServer } from '@lunkit/control'
import type { ControlSocket } from '@lunkit/control/socket'
import type { TlsListener } from '@lunkit/control/tls'
import type { Logger } from '../log/logger.ts'
import { StatisticsThread } from '../statistics/statistics-thread.ts'
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

/** A control server, and what it needs. */
export interface OpenControlServer {
  /** Ends both. */
  close(): Promise<void>
}

/** Has what comes to a socket answered. All that takes time to load is behind this file. */
export async function openControlServer(
  parts: ControlParts,
  { log, ...place }: ControlServerPlace,
): Promise<OpenControlServer> {
  const thread = new StatisticsThread(parts.served.server.statistics.blocks)
  const write = controlLogger(log)
  const tell = (notice: ControlNotice): void => {
    if (notice.kind === 'audit') parts.calls.count(notice.record)
    write(notice)
  }
  const server = await ControlServer.open({ ...place, service: controlService(parts, thread), tell, peerOf })
  return {
    close: async () => {
      await server.close()
      await thread.close()
    },
  }
}
