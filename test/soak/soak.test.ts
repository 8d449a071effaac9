import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const MINUTES = 5
const { LUNKIT_SOAK_SEED } = process.env
/** Its load, the last comparison of everything, and starts and ends. */
const TIMEOUT_MS = (MINUTES + 1) * 60_000

/** Runs the soak as a person does, and shows what it says. */
async function soak(...args: string[]): Promise<{ code: number | null; text: string }> {
  const entry = fileURLToPath(new URL('./soak.ts', import.meta.url))
  const child = spawn(process.execPath, ['--conditions=source', entry, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines: string[] = []
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    lines.push(text)
    process.stdout.write(text)
  })
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, text: lines.join('') }
}

describe('the soak', () => {
  it(`finds no mismatch and no growth in ${MINUTES} minutes of load, resets, reconnects, kills, lane deaths, scrapes, commands and edits of what is served`, {
    timeout: TIMEOUT_MS,
  }, async () => {
    const { code, text } = await soak(
      '--minutes',
      String(MINUTES),
      ...(LUNKIT_SOAK_SEED ? ['--seed', LUNKIT_SOAK_SEED] : []),
    )
    expect(text).toMatch(
      /soak: PASS, no mismatch, flat, [1-9]\d\d+ scrapes and [1-9]\d* commands of lunkit as they should be/,
    )
    expect(code).toBe(0)
    for (const done of [
      'aborts',
      'unitResets',
      'drops',
      'logouts',
      'reinstatements',
      'lane deaths',
      '3 kills',
      'lunsChanged',
      'sizeChanged',
      'absences',
      'beyondEnd',
    ])
      expect(text, `nothing of: ${done}`).toContain(done)
    const edited = /[1-9]\d* edits, [1-9]\d* refused, [1-9]\d* of units under load, [1-9]\d* logins as they should be/
    for (const host of ['lunkitd', 'lanes'])
      expect(text.split('\n').find(line => line.startsWith(`end: ${host}: 0 findings`))).toMatch(edited)
  })

  it('says what it does not understand', async () => {
    const { code } = await soak('--minutes', 'some')
    expect(code).not.toBe(0)
  })
})
