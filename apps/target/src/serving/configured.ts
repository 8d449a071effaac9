import { type Notice, NoticeKind, type ServingPlan } from '@lunkit/config'
import { DiskServer, type DiskServerOptions } from 'lunkit'
import type { Logger } from 'pino'
import { openDisks } from './disks.ts'
import { limitOptions, withFittingConnections } from './limits.ts'
import type { Start } from './start.ts'
import { logServed } from './summary.ts'
import { servedTarget } from './targets.ts'
import { servedUrls } from './urls.ts'

/** A configuration that is being served. */
export interface ConfiguredServer {
  readonly server: DiskServer
  /** One URL for each portal that listens and each LUN that is served there. */
  readonly urls: readonly string[]
}

/**
 * Opens what a plan names and serves it. What cannot be opened is named in the log, and the rest is served without it.
 * When it is to end meanwhile, the rest is not opened.
 * @returns undefined when no portal could be opened: nobody would be served.
 */
export async function serveConfiguration(
  plan: ServingPlan,
  options: DiskServerOptions,
  start: Start,
): Promise<ConfiguredServer | undefined> {
  const { log, ending } = start
  for (const notice of plan.notices) logNotice(notice, log)
  const refuseDiscovery = plan.discoveryRefused !== undefined
  const limited = withFittingConnections(
    { ...options, pollUs: plan.pollUs, ...limitOptions(plan.limits) },
    plan.storage.length,
    log,
  )
  const server = new DiskServer({ ...limited, refuseDiscovery })
  const disks = await openDisks(plan.storage, server, start)
  const targets = ending.aborted ? [] : plan.targets
  try {
    await server.serve(...targets.map(target => servedTarget(target, disks)))
  } catch (error) {
    // Each portal that could not be opened was named in the log when it was tried.
    if (!(error instanceof AggregateError)) throw error
  }
  logServed({ plan, disks, server }, log)
  if (ending.aborted || listens(plan, server)) return { server, urls: servedUrls(plan, disks, server) }
  await server.close()
  log.fatal('no portal is open, so that nobody could be served; right is at least one that can be opened')
  return undefined
}

function listens({ targets }: ServingPlan, server: DiskServer): boolean {
  return targets.some(({ groups }) =>
    groups.some(({ portals }) => portals.some(portal => server.addressOf(portal) !== undefined)),
  )
}

function logNotice({ kind, text, paths }: Notice, log: Logger): void {
  log[kind === NoticeKind.unused ? 'info' : 'warn']({ notice: kind, at: paths }, text)
}
