import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CliBench } from './testing/cli-bench.ts'
import { differences, refused, reordered } from './testing/targetcli-differences.ts'
import { commands } from './testing/transcript.ts'

/** What a command printed here, and what it printed on LIO. */
interface Replayed {
  readonly text: string
  readonly code: number
  readonly ours: readonly string[]
  readonly theirs: readonly string[]
}

let bench: CliBench
const replayed: Replayed[] = []

/** The transcript has of `get` the values alone; whose serial number it is, chance decides. */
const comparable = (text: string, lines: readonly string[]): string[] =>
  lines
    .filter(line => !/ get \w+$/.test(text) || /^\w+=[^=]|^\w+=$|GROUP$/.test(line))
    .map(line => line.replace(/^wwn: [0-9a-f]{8}-.*$/, 'wwn: RANDOM'))

beforeAll(async () => {
  bench = await CliBench.open()
  bench.files.set('/disk.img', { existed: true, sizeBytes: 1_073_741_824 })
  bench.files.set('/dev/sda', { existed: true, isBlockDevice: true, sizeBytes: 0 })
  for (const { text, lines } of commands) {
    const words = text.replace('/host/', `${bench.directory}/`).split(' ')
    const said = await bench.run(['--lio-echo-secrets', 'targetcli', ...words], { calledAs: '/usr/bin/targetcli' })
    const ours = comparable(text, [...said.out, ...said.err.slice(0, 1)]).map(line =>
      line.replace(`${bench.directory}/`, '/host/'),
    )
    replayed.push({ text, code: said.code, ours, theirs: lines })
  }
})
afterAll(() => bench.close())

const without = (lines: readonly string[], others: readonly string[]): string[] =>
  lines.filter(line => !others.includes(line))

describe('the commands that a real targetcli was given', () => {
  it('print what it printed, but for the listed differences, each of which is there', () => {
    const found = replayed.map(({ text, ours, theirs }) => ({
      command: text,
      lio: without(theirs, ours).map(line => line.replace(/^wwn: RANDOM$/, '')),
      lunkit: without(ours, theirs),
    }))
    const listed = differences.map(({ command, lio, lunkit }) => ({ command, lio, lunkit }))
    expect(found.filter(({ lio, lunkit }) => lio.length + lunkit.length > 0)).toEqual(listed)
  })

  it('print it in the same order, but for those listed', () => {
    const others = replayed.filter(({ ours, theirs }) => {
      const [one, other] = [ours.filter(line => theirs.includes(line)), theirs.filter(line => ours.includes(line))]
      return JSON.stringify(one) !== JSON.stringify(other)
    })
    expect(others.map(({ text }) => text)).toEqual(reordered.map(({ command }) => command))
  })

  it('end with 1 where targetcli refused them, and else with 0', () => {
    expect(replayed.filter(({ code }) => code !== 0).map(({ text }) => text)).toEqual(refused)
    expect(replayed.every(({ code }) => code < 2)).toBe(true)
  })

  it('leave what targetcli left of it', async () => {
    const { out } = await bench.line('ls / 3')
    expect(out.some(line => line.includes('iqn.2022-08.com.test:second'))).toBe(false)
    expect(out.filter(line => / o- (disk|rd|null|blk|ps)[0-9]/.test(line))).toHaveLength(5)
  })
})
