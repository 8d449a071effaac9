import { writeFile } from 'node:fs/promises'
import { Planner, parseConfiguration } from '@lunkit/config'
import { ConfigurationFile } from '../live/configuration-file.ts'
import { LiveConfiguration } from '../live/live-configuration.ts'
import { servedUrls } from '../serving/urls.ts'
import { withLun } from './client.ts'
import { meantHere, serveHere } from './serve-here.ts'

/** A configuration that is served in this process, and stands in a file, which is written. */
export async function serveFile(path: string, text: string) {
  await writeFile(path, text)
  const configuration = parseConfiguration(text)
  const planner = new Planner()
  const plan = planner.plan(configuration)
  const { served, log, said } = serveHere(meantHere(plan))
  await served.start(meantHere(plan))
  const file = new ConfigurationFile({ path, named: true }, log)
  const meaning = (each: typeof plan) => Promise.resolve(meantHere(each))
  const live = new LiveConfiguration({ first: { configuration, plan }, planner, file, meaning, served })
  const [url = ''] = servedUrls(plan, served.disks, served.server)
  const luns = () => withLun(url, async unit => [...(await unit.reportLuns())])
  const close = async () => void (await served.server.close())
  return { live, luns, url, said, served, [Symbol.asyncDispose]: close }
}
