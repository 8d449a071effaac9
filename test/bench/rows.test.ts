import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compile } from '../harness/compiler.ts'
import { Scratch } from '../harness/scratch.ts'
import { runLoad as runIscsiLoad } from '../load/load-run.ts'
import type { Contender } from './contenders/contender.ts'
import { Field } from './field.ts'
import { faultOf } from './load-run.ts'
import { measure } from './measure.ts'
import { compilePrograms, type Programs } from './programs.ts'
import { ContenderName, type Row, rows, StoreKind } from './rows.ts'
import type { Sample } from './sample.ts'

const MIB = 2 ** 20
const sizes = { warmBytes: 16 * MIB, coldBytes: 64 * MIB }
const duration = { warmSeconds: 0.1, seconds: 0.4 }
/** Of the rows by hand those that need everything that any of them does. */
const fields = new Set(
  rows.filter(({ byHand, field }) => !byHand || field === 'stores/block/64k').map(row => row.field),
)

let scratch: Scratch
let programs: Programs

beforeAll(async () => {
  scratch = await Scratch.create('rows')
  programs = await compilePrograms(scratch)
})

afterAll(() => scratch?.remove())

describe('every row of the bench', () => {
  it('has a name of its own', () => {
    expect(new Set(rows.map(row => row.name)).size).toBe(rows.length)
  })

  it.each([...fields])('of %s runs, is verified, and has every figure of everybody', async field => {
    const chosen = rows.filter(row => row.field === field)
    const heard: string[] = []
    const onRow = async ({ name }: { readonly name: string }) => void heard.push(name)
    const plan = { rounds: 1, duration, sizes, commit: 'test', onRow, signal: new AbortController().signal }
    const results = await measure(programs, chosen, plan)
    expect(results.map(result => result.name)).toEqual(chosen.map(row => row.name))
    expect(heard).toEqual(results.map(result => result.name))
    for (const [index, result] of results.entries()) {
      expect(Object.keys(result.samples).toSorted()).toEqual([...(chosen[index]?.contenders ?? [])].toSorted())
      for (const samples of Object.values(result.samples)) samples.forEach(expectSane)
    }
  })
})

it('has all its rounds, and is told once, when its servers are started anew between them', async () => {
  const heard: string[] = []
  const onRow = async ({ name }: { readonly name: string }) => void heard.push(name)
  const plan = { rounds: 3, duration, sizes, commit: 'test', onRow, signal: new AbortController().signal }
  const chosen = [{ ...rowNamed('statistics/4k/read/d32'), starts: 2, settleSeconds: 0.1 }]
  const [result] = await measure(programs, chosen, plan)
  expect(Object.values(result?.samples ?? {}).map(samples => samples.length)).toEqual([3, 3])
  expect(heard).toEqual(['statistics/4k/read/d32'])
})

it('stops before the next run when it is told to, and says by what', async () => {
  const onRow = () => Promise.resolve()
  const plan = { rounds: 1, duration, sizes, commit: 'test', onRow, signal: AbortSignal.abort(new Error('stopped')) }
  const chosen = rows.filter(row => row.field === 'nullio/4k')
  await expect(measure(programs, chosen, plan)).rejects.toThrow('stopped')
})

describe('the measure', () => {
  it('is the same for lunkitd and tgtd: both agree to the same login parameters, with digests and without', async () => {
    await using field = await openField([ContenderName.lunkitd, ContenderName.tgtd])
    for (const name of ['cached/4k/read/d1', 'digests/4k/read/d32']) {
      const row = rowNamed(name)
      const agreed = []
      for (const contender of field.value.contenders)
        agreed.push((await field.value.run(row, contender, duration)).agreed)
      expect(agreed[0]).toMatchObject({ headerDigest: row.load.digests, dataDigest: row.load.digests })
      expect(agreed[0]).toMatchObject({ immediateData: true, initialR2t: false, firstBurstBytes: 262_144 })
      expect(agreed[1]).toEqual(agreed[0])
    }
  })

  it('stands beside that of iscsi-load: both are printed', async () => {
    await using field = await openField([ContenderName.lunkitd])
    const row = rowNamed('cached/4k/read/d32')
    const contender = field.value.contenders[0] as Contender
    const iscsiLoad = scratch.path('iscsi-load')
    await compile(fileURLToPath(new URL('../load/iscsi-load.c', import.meta.url)), iscsiLoad)
    const [, host = '', , port = '', , iqn = ''] = contender.reach
    const address = { host, port: Number(port), iqn, lun: 0 }
    const theirs = await runIscsiLoad(iscsiLoad, address, {
      mode: 'read',
      bytes: 4096,
      depth: 32,
      sessions: 1,
      seconds: 2,
    })
    const ours = await field.value.run(row, contender, { warmSeconds: 0.5, seconds: 1.5 })
    const operations = Math.round((ours.reads + ours.writes) / ours.seconds)
    console.log(
      `4 KiB random read, depth 32: iscsi-load ${theirs.iops}/s unchecked, bench-load ${operations}/s verified`,
    )
    expect([theirs.errors, faultOf(ours)]).toEqual([0, undefined])
    expect(operations).toBeGreaterThan(0)
  })
})

function rowNamed(name: string): Row {
  const row = rows.find(each => each.name === name)
  if (row === undefined) throw new Error(`there is no row ${name}`)
  return row
}

async function openField(names: readonly ContenderName[]) {
  await using cleanup = new AsyncDisposableStack()
  const own = cleanup.adopt(await Scratch.create('rows-field'), each => each.remove())
  const ground = { programs, scratch: own, memory: own, sizes }
  const value = cleanup.adopt(await Field.open(ground, StoreKind.cached, names), each => each.close())
  const moved = cleanup.move()
  return { value, [Symbol.asyncDispose]: () => moved.disposeAsync() }
}

function expectSane(sample: Sample): void {
  expect(Object.values(sample)).toSatisfy((figures: number[]) => figures.every(Number.isFinite))
  expect(sample.operationsPerSecond).toBeGreaterThan(0)
  expect(sample.bytesPerSecond).toBeGreaterThan(sample.operationsPerSecond)
  expect(sample.p50Us).toBeGreaterThan(0)
  expect(sample.p99Us).toBeGreaterThanOrEqual(sample.p50Us)
  expect(sample.p999Us).toBeGreaterThanOrEqual(sample.p99Us)
  expect(sample.cpuUs).toBeCloseTo(sample.userUs + sample.systemUs, 6)
  // Two cores, each thread at most a second a second; the clock ticks every 10 ms.
  expect(sample.loadShare).toBeLessThan(1.2)
}
