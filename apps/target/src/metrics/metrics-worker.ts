import { parentPort, workerData } from 'node:worker_threads'
import { MetricsServer } from '@lunkit/metrics'
import { openedBlocks } from '../statistics/opened-blocks.ts'
import type { FromMetrics, MetricsThreadData, ToMetrics } from './metrics-message.ts'
import { ThreadSource } from './thread-source.ts'

/** Serves metrics, so that the protocol thread need not. */
const { place, blocks } = workerData as MetricsThreadData
const say = (message: FromMetrics): void => parentPort?.postMessage(message)
const source = new ThreadSource(say)
if (blocks !== undefined) source.open(openedBlocks(blocks))

parentPort?.on('message', (message: ToMetrics) => {
  if (message.kind === 'serves') source.open(openedBlocks(message.blocks))
  else source.heard(message)
})

try {
  const { webConfigFile, ...address } = place
  const web = webConfigFile === undefined ? {} : { webConfigFile }
  const { url } = await MetricsServer.open({ ...address, ...web, source, tell: line => say({ kind: 'tells', line }) })
  say({ kind: 'listens', url })
} catch (error) {
  const { message, code } = error as NodeJS.ErrnoException
  say({ kind: 'failed', why: message, inUse: code === 'EADDRINUSE' })
}
