import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { Screen } from './screen.ts'

/** A program that has a terminal for itself until it ends. */
const PROGRAM = `
import { beforeProcessEnds } from ${JSON.stringify(join(import.meta.dirname, 'terminal-device.ts'))}
const giveUp = beforeProcessEnds(() => process.stdout.write('given back '))
if (process.argv[1] === 'early') giveUp()
if (process.argv[2] === 'exit') process.exit()
setInterval(() => {}, 60_000)
process.stdout.write('ready ')
`

/** What it writes, and how it ends. */
async function ends(by: NodeJS.Signals | 'exit', gives: 'early' | 'late' = 'late') {
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', PROGRAM, gives, by])
  const ended = once(child, 'close')
  if (by !== 'exit') child.stdout.once('data', () => child.kill(by))
  const written = text(child.stdout)
  const [code, signal] = (await ended) as [number | null, NodeJS.Signals | null]
  return { written: (await written).replace('ready ', ''), end: signal ?? code }
}

describe('a terminal', () => {
  it.each([false, true])('is read key by key, and afterwards as it was read before: raw %j', wasRaw => {
    const modes: boolean[] = []
    const input = Object.assign(new PassThrough(), { isRaw: wasRaw, setRawMode: (isRaw: boolean) => modes.push(isRaw) })
    new Screen({ input, output: new PassThrough(), beforeEnd: () => () => {} }, () => {}).close()
    expect(modes).toEqual([true, wasRaw])
  })

  it.each(['SIGTERM', 'SIGHUP', 'exit'] as const)(
    'is given back once where its process ends by %s, which it does',
    async by => {
      expect(await ends(by)).toEqual({ written: 'given back ', end: by === 'exit' ? 0 : by })
    },
  )

  it('is not given back again where it was', async () => {
    expect(await Promise.all([ends('exit', 'early'), ends('SIGTERM', 'early')])).toEqual([
      { written: '', end: 0 },
      { written: '', end: 'SIGTERM' },
    ])
  })
})
