import { describe, expect, it } from 'vitest'
import { Section } from './section.ts'
import { memoryBacking } from './state-backing.ts'
import { StateStore } from './state-store.ts'
import { StateWriter } from './state-writer.ts'
import { PORTS, TargetPortIds } from './target-port-ids.ts'

const target = (name: string) => `iqn.2026-11.com.example:${name}`

/** Identifiers of a state in memory that holds these, and remembers so many. */
const idsOf = (entries: readonly object[], remembered?: number) => {
  const writer = new StateWriter(memoryBacking, () => '')
  return new TargetPortIds(new Section(PORTS, { version: 1, entries: entries as never }, writer), remembered)
}

const all = Array.from({ length: 0xffff }, (_, at) => ({ target: target(`${at}`), tag: 1, id: at + 1 }))

describe('a relative target port identifier', () => {
  it('is the lowest one from 1 on, each port’s own, and stays', async () => {
    const { ports } = StateStore.inMemory()
    expect(await ports.idOf(target('a'), 1)).toBe(1)
    expect(await ports.idOf(target('a'), 2)).toBe(2)
    expect(await ports.idOf(target('b'), 1)).toBe(3)
    expect(await ports.idOf(target('a'), 2)).toBe(2)
    expect(ports.find({ target: target('c'), tag: 1 })).toBeUndefined()
  })

  it('is one of ports that are asked for together', async () => {
    const { ports } = StateStore.inMemory()
    const names = ['a', 'b', 'a', 'c', 'b']
    expect(await Promise.all(names.map(name => ports.idOf(target(name), 1)))).toEqual([1, 2, 1, 3, 2])
  })

  it('is told for many at once, and for none of them when one cannot have one', async () => {
    const { ports } = StateStore.inMemory()
    const named = ['a', 'b', 'a', 'c'].map(name => ({ target: target(name), tag: 1 }))
    expect(await ports.idsOf(named)).toEqual([1, 2, 1, 3])
    expect(await ports.idsOf([])).toEqual([])
    const last = idsOf(all.slice(1))
    await expect(last.idsOf([target('x'), target('y')].map(name => ({ target: name, tag: 1 })))).rejects.toThrow(
      RangeError,
    )
    expect(last.find({ target: target('x'), tag: 1 })).toBeUndefined()
  })

  it('is that of a target however its name is written', async () => {
    const { ports } = StateStore.inMemory()
    await ports.idOf(target('a'), 1)
    expect(await ports.idOf(target('A').toUpperCase(), 1)).toBe(1)
  })

  it('is not given to another port while its own is remembered, which has it again when it comes back', async () => {
    const { ports } = StateStore.inMemory()
    for (const name of ['a', 'b']) await ports.idOf(target(name), 1)
    await ports.remove(target('a'), 1)
    await ports.remove(target('never'), 1)
    expect(await ports.idOf(target('c'), 1)).toBe(3)
    expect(await ports.idOf(target('a'), 1)).toBe(1)
  })

  it('is forgotten when more ports have gone since than are remembered', async () => {
    const ids = idsOf([], 2)
    for (const name of ['a', 'b', 'c', 'd']) await ids.idOf(target(name), 1)
    for (const name of ['b', 'a']) await ids.remove(target(name), 1)
    await ids.remove(target('b'), 1)
    await ids.remove(target('c'), 1)
    expect(ids.find({ target: target('b'), tag: 1 })).toBeUndefined()
    expect(ids.find({ target: target('a'), tag: 1 })).toBe(1)
    expect(await ids.idOf(target('e'), 1)).toBe(2)
  })

  it('of a port that came back is not forgotten for having gone once', async () => {
    const ids = idsOf([], 1)
    for (const name of ['a', 'b', 'c']) await ids.idOf(target(name), 1)
    await ids.remove(target('a'), 1)
    await ids.idOf(target('a'), 1)
    await ids.remove(target('b'), 1)
    await ids.remove(target('c'), 1)
    expect(ids.find({ target: target('a'), tag: 1 })).toBe(1)
    expect(ids.find({ target: target('b'), tag: 1 })).toBeUndefined()
  })

  it('of ports that went while nobody looked is remembered as that of others that have gone', async () => {
    const ids = idsOf([], 1)
    for (const name of ['a', 'b', 'c']) await ids.idOf(target(name), 1)
    await ids.retain([{ target: target('c'), tag: 1 }])
    expect(['a', 'b', 'c'].map(name => ids.find({ target: target(name), tag: 1 }))).toEqual([undefined, 2, 3])
  })

  it('of a port that has got one and came to nothing is remembered when it is known which there are', async () => {
    const ids = idsOf([], 1)
    const there = ['a', 'b'].map(name => ({ target: target(name), tag: 1 }))
    await ids.idsOf(there)
    await ids.retain(there)
    await ids.idsOf([...there, { target: target('c'), tag: 1 }])
    expect(await ids.idsOf(there)).toEqual([1, 2])
    await ids.retain(there)
    await ids.remove(target('a'), 1)
    expect(['a', 'b', 'c'].map(name => ids.find({ target: target(name), tag: 1 }))).toEqual([1, 2, undefined])
  })

  it('is that of the port that went first where none is left', async () => {
    const ids = idsOf(all)
    await ids.remove(target('7'), 1)
    await ids.remove(target('3'), 1)
    expect(await ids.idOf(target('new'), 1)).toBe(8)
    expect(ids.find({ target: target('7'), tag: 1 })).toBeUndefined()
  })

  it('is an error where all are those of ports that there are', async () => {
    await expect(idsOf(all).idOf(target('new'), 1)).rejects.toThrow(
      'there are 65535 target ports, as many as relative port identifiers; no more can be served',
    )
  })

  it.each([
    ['no target', { tag: 1, id: 1 }],
    ['a tag out of range', { target: target('a'), tag: 65536, id: 1 }],
    ['0', { target: target('a'), tag: 1, id: 0 }],
    ['65536', { target: target('a'), tag: 1, id: 65536 }],
    ['a half', { target: target('a'), tag: 1, id: 1.5 }],
  ])('that has %s in the state cannot be read', (_what, entry) => {
    expect(new Section(PORTS, { version: 1, entries: [entry] }, new StateWriter(memoryBacking, () => '')).damage).toBe(
      '1 relative port identifiers in it cannot be read',
    )
  })
})
