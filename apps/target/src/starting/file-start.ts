import { resolve } from 'node:path'
import { Control } from '../control/control.ts'
import { Targetclid } from '../control/targetclid.ts'
import { ConfigurationFile } from '../live/configuration-file.ts'
import { MetricsThread } from '../metrics/metrics-thread.ts'
import type { Request } from '../options.ts'
import { SecretPlanner } from '../secrets/secret-planner.ts'
import { warnOfExposure } from '../serving/exposure.ts'
import { gaugeOf } from '../serving/summary.ts'
import { servedUrls } from '../serving/urls.ts'
import { openState } from '../state/state-opening.ts'
import { startConfiguration } from './configuration-start.ts'
import type { GivenSurroundings, Service } from './service.ts'

/** What asks lunkitd to serve what a file describes. */
export type ServeFile = Extract<Request, { kind: 'serve' }>

/**
 * Serves what the file describes.
 * @throws {UnusableConfiguration}, {StateUnusable}, {ControlUnusable} or {MetricsUnusable} before anything is opened.
 */
export async function startFile(request: ServeFile, surroundings: GivenSurroundings): Promise<Service> {
  const { config, stateDirectory: path, stateNamed: named } = request
  const { log, ending, recorder, watched } = surroundings
  // Before the state is taken: a configuration that is wrong takes nothing.
  const file = new ConfigurationFile(config, log)
  const planner = new SecretPlanner()
  const configuration = await file.readAtStart()
  const loaded = { configuration, plan: await planner.plan(configuration) }
  const { state, release } = await openState({ path, named, configuration: resolve(config.path) }, log)
  await recorder.begin({ stateDirectory: state.directory, configuration: config.path })
  let control: Control | undefined
  let targetclid: Targetclid | undefined
  let metrics: MetricsThread | undefined
  try {
    await watched
    control = await Control.open(request.control, log)
    metrics = await MetricsThread.openIfAsked(request.metrics, log)
    targetclid = await Targetclid.startIfAsked(request.targetclid, control, log)
    ending.asked.addEventListener('abort', () => void targetclid?.close())
    await warnOfExposure(log, { config: config.path, stateDirectory: path })
    const started = { loaded, planner, file, config, state, stateNamed: named }
    const { served, ended, ...more } = await startConfiguration(started, { ...surroundings, control, metrics })
    return {
      ...more,
      lines: servedUrls(served.plan, served.disks, served.server),
      server: served.server,
      gauge: () => gaugeOf(served),
      ended: async failures => {
        await targetclid?.close()
        await ended(failures)
        await recorder.ended()
        await release()
      },
    }
  } catch (error) {
    await targetclid?.close()
    await metrics?.close()
    await control?.close()
    await recorder.ended()
    await release()
    throw error
  }
}
