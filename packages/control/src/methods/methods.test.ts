import { edits, valueGroups } from '@lunkit/config'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ControlBench } from '../testing/control-bench.ts'
import { type CallName, type GivenOf, methods } from './methods.ts'
import { Access, Body, type MethodName, routes } from './routes.ts'

let bench: ControlBench
beforeAll(async () => {
  bench = await ControlBench.open()
})
beforeEach(() => bench.fake.reset())
afterAll(() => bench.close())

/** A call of each method, and what its service is given. */
const CALLS: readonly { readonly name: CallName; readonly given: object; readonly input: object }[] = [
  { name: 'status', given: {}, input: {} },
  { name: 'tree', given: {}, input: { path: '/', depth: 1 } },
  {
    name: 'tree',
    given: { path: '/iscsi/iqn.2026-11.com.example:ä ö', depth: 0 },
    input: { path: '/iscsi/iqn.2026-11.com.example:ä ö', depth: 0 },
  },
  { name: 'values', given: { name: 'discoveryAuth', given: {} }, input: { name: 'discoveryAuth', given: {} } },
  {
    name: 'edit',
    given: { edits: [{ name: 'clear', given: {} }] },
    input: { edits: [{ name: 'clear', given: {} }], dryRun: false },
  },
  {
    name: 'plan',
    given: { document: '{"big": 12345678901234567890}\n' },
    input: { document: '{"big": 12345678901234567890}\n' },
  },
  { name: 'apply', given: { document: 'no JSON' }, input: { document: 'no JSON', leaveOut: false } },
  { name: 'apply', given: { document: '{}', leaveOut: true }, input: { document: '{}', leaveOut: true } },
  { name: 'document', given: {}, input: {} },
  { name: 'save', given: { force: true }, input: { force: true } },
  { name: 'save', given: {}, input: { force: false } },
  { name: 'generations', given: {}, input: {} },
  { name: 'restore', given: { generation: 'a' }, input: { generation: 'a', leaveOut: false } },
  { name: 'unsaved', given: {}, input: {} },
  { name: 'reload', given: { discard: true }, input: { discard: true } },
  { name: 'sessions', given: { target: 'iqn.2026-11.com.example:1' }, input: { target: 'iqn.2026-11.com.example:1' } },
  { name: 'endSession', given: { id: '1' }, input: { id: '1' } },
  {
    name: 'drain',
    given: { target: 'iqn.a', tag: 1 },
    input: { target: 'iqn.a', tag: 1, seconds: 15, keep_out: false },
  },
  { name: 'undrain', given: { target: 'iqn.a' }, input: { target: 'iqn.a' } },
  { name: 'refusals', given: { limit: 7 }, input: { limit: 7 } },
  {
    name: 'statistics',
    given: { blocks: ['disk'], labels: ['disk=a=b', 'op=read'] },
    input: { blocks: ['disk'], labels: ['disk=a=b', 'op=read'], fine: false },
  },
  { name: 'counters', given: {}, input: {} },
  { name: 'inventory', given: {}, input: {} },
  { name: 'clearFault', given: { storage_object: 'fileio/a' }, input: { storage_object: 'fileio/a' } },
  { name: 'preferences', given: {}, input: {} },
  { name: 'setPreferences', given: { preferences: { a: true } }, input: { preferences: { a: true } } },
]

describe('every method', () => {
  it.each(CALLS)('$name gives its service what a client gave, $given', async ({ name, given, input }) => {
    await bench.client.call(name, given as GivenOf<'plan'>)
    expect(bench.fake.asked.map(({ method, input: asked }) => ({ method, input: asked }))).toEqual([
      { method: name, input },
    ])
  })

  it('is among those that are tried', () => {
    expect(new Set(CALLS.map(({ name }) => name))).toEqual(
      new Set(Object.keys(methods).filter(name => routes[name as MethodName].gives !== Body.events)),
    )
  })

  it('answers a client what the service answered', async () => {
    expect(await bench.client.call('unsaved')).toEqual({ paths: ['/backstores/ramdisk/rd0'], changedOutside: false })
    expect(await bench.client.call('setPreferences', { preferences: { a: 1 } })).toEqual({
      preferences: { auto_add_default_portal: false },
    })
    expect((await bench.client.call('statistics')).blocks[0]?.rows).toEqual([
      { labels: { disk: 'fileio/a' }, values: { commands: { read: 1, write: 2 } } },
    ])
    expect(await bench.client.call('document')).toEqual({ document: '{}\n' })
  })

  it('is in the table with its place in HTTP', () => {
    const places = Object.entries(methods).map(
      ([name, { meaning: _m, input: _i, answer: _a, errors: _e, ...route }]) => [name, route],
    )
    expect(Object.fromEntries(places)).toEqual(routes)
  })

  it('has a place of its own', () => {
    const places = Object.values(routes).map(({ verb, path }) => `${verb} ${path}`)
    expect(new Set(places).size).toBe(places.length)
  })

  it('changes something where it is no GET, but for what takes more than a query holds', () => {
    const posted = Object.entries(routes).filter(([, { verb, access }]) => verb !== 'GET' && access !== Access.changes)
    expect(posted.map(([name]) => name)).toEqual(['values', 'plan'])
    const got = Object.values(routes).filter(({ verb }) => verb === 'GET')
    expect(new Set(got.map(({ takes }) => takes))).toEqual(new Set([Body.none]))
    expect(got.some(({ access }) => access === Access.changes)).toBe(false)
  })
})

describe('edits', () => {
  it('are those of @lunkit/config, made in order and all of them', async () => {
    const { made, steps } = await bench.client.call('edit', {
      edits: [
        { name: 'createRamdisk', given: { name: 'rd0', size: 1_048_576 } },
        { name: 'createTarget', given: { wwn: 'iqn.2026-11.com.example:disk' } },
        {
          name: 'createLun',
          given: { target: 'iqn.2026-11.com.example:disk', tag: 1, storage_object: '/backstores/ramdisk/rd0' },
        },
      ],
    })
    expect(made).toContain('/iscsi/iqn.2026-11.com.example:disk/tpg1/luns/lun0')
    expect(steps).toBe(3)
  })

  it('change nothing where one of them cannot be made', async () => {
    const before = bench.fake.configuration
    const calls = [
      { name: 'createRamdisk', given: { name: 'rd0', size: 1_048_576 } },
      { name: 'deleteStorageObject', given: { storage_object: '/backstores/ramdisk/rd1' } },
    ] as const
    await expect(bench.client.call('edit', { edits: [...calls] })).rejects.toMatchObject({
      kind: 'notFound',
      where: '/backstores/ramdisk/rd1',
    })
    expect(bench.fake.configuration).toBe(before)
  })

  it('change nothing when they are tried', async () => {
    const before = bench.fake.configuration
    await bench.client.call('edit', {
      edits: [{ name: 'createRamdisk', given: { name: 'a', size: 512 } }],
      dryRun: true,
    })
    expect(bench.fake.configuration).toBe(before)
  })

  it.each(Object.entries(edits))('%s takes what @lunkit/config says that it takes', (name, { takes }) => {
    const given = Object.fromEntries(Object.keys(takes).map(key => [key, null]))
    const { success, error } = methods.edit.input.safeParse({ edits: [{ name, given }] })
    expect(success || error.issues.map(({ path }) => path.at(-1)).filter(key => key !== name)).toEqual(
      Object.keys(takes).length === 0 ? true : Object.keys(takes),
    )
  })

  it.each(Object.entries(valueGroups))('values of %s are asked for as @lunkit/config says', (name, { takes }) => {
    const given = Object.fromEntries(Object.entries(takes).map(([key, { type }]) => [key, type === 'string' ? 'a' : 1]))
    expect(methods.values.input.safeParse({ name, given }).success).toBe(true)
  })
})
