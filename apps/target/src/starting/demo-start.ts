import { parseConfiguration } from '@lunkit/config'
import { Control } from '../control/control.ts'
import { MetricsThread } from '../metrics/metrics-thread.ts'
import type { Request } from '../options.ts'
import { SecretPlanner } from '../secrets/secret-planner.ts'
import { demoDocument, demoLines } from '../serving/demo.ts'
import { gaugeOf } from '../serving/summary.ts'
import { StateStore } from '../state/state-store.ts'
import { startConfiguration } from './configuration-start.ts'
import type { GivenSurroundings, Service } from './service.ts'

/** What asks lunkitd to serve the demo. */
export type ServeDemo = Extract<Request, { kind: 'demo' }>

/** What stands in the place of the path of a file. */
const CALLED = { path: 'the demo', named: true }

/**
 * Serves the demo; undefined where its portal could not be opened, which the log says.
 * @throws {ControlUnusable} or {MetricsUnusable} before anything is opened.
 */
export async function startDemo(
  { portal, control: at, metrics: metricsAt }: ServeDemo,
  surroundings: GivenSurroundings,
): Promise<Service | undefined> {
  await surroundings.watched
  const control = await Control.open(at, surroundings.log, { quiet: true })
  const metrics = await MetricsThread.openIfAsked(metricsAt, surroundings.log).catch(async (error: unknown) => {
    await control?.close()
    throw error
  })
  const planner = new SecretPlanner()
  const configuration = parseConfiguration(JSON.stringify(demoDocument(portal)))
  const loaded = { configuration, plan: await planner.plan(configuration) }
  const state = StateStore.inMemory()
  const started = { loaded, planner, file: undefined, config: CALLED, state, stateNamed: false }
  const { served, ended, ...more } = await startConfiguration(started, { ...surroundings, control, metrics })
  const { server, plan } = served
  const address = server.addressOf(portal)
  const gauge = () => gaugeOf(served)
  if (address !== undefined) return { ...more, lines: demoLines(plan, address), server, gauge, ended }
  // What is to end need not be opened, and is no failure.
  if (surroundings.ending.asked.aborted) return { ...more, lines: [], server, gauge, ended }
  await server.close()
  await ended([])
  return undefined
}
