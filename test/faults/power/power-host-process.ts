import { createTarget } from 'lunkit'
import { powerModes, storageOf } from './modes.ts'

/** How the process is started: as JSON, its one argument. Each disk is named as its mode. */
export type PowerHostStart = { readonly disks: readonly { readonly mode: string; readonly path: string }[] }

/** Where it serves, as it tells whoever started it. */
export type PowerHostAddress = { readonly host: string; readonly port: number; readonly target: string }

const { disks } = JSON.parse(process.argv[2] ?? '{}') as PowerHostStart
const luns = disks.map(({ mode, path }) => {
  const found = powerModes.find(({ name }) => name === mode)
  if (!found) throw new Error(`there is no mode ${mode}`)
  return storageOf(found, path)
})
const target = await createTarget({ luns })
process.on('SIGTERM', () => {
  void target.close().then(failures => {
    process.exitCode = failures.length
    process.disconnect()
  })
})
process.send?.(target.address satisfies PowerHostAddress)
