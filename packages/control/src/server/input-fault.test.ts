import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ControlBench } from '../testing/control-bench.ts'

let bench: ControlBench
beforeAll(async () => {
  bench = await ControlBench.open()
})
afterAll(() => bench.close())

const edit = (name: unknown, given: unknown) => ({ edits: [{ name, given }] })
const RD = { name: 'rd0', size: 512 }

/** What is asked, and what is wrong with it. */
const WRONG = [
  ['tree', { depth: 17 }, { where: 'depth', what: 'is 17', right: 'at most 16', nearest: null }],
  ['tree', { depth: 'deep' }, { where: 'depth', what: 'is "deep"', right: 'a number', nearest: null }],
  [
    'tree',
    { path: 'iscsi' },
    { where: 'path', what: 'is "iscsi"', right: 'a path in the tree, which begins with /', nearest: null },
  ],
  ['tree', { dept: 1 }, { where: '', what: 'has "dept"', right: 'one of "path", "depth"', nearest: 'depth' }],
  ['save', { force: 1 }, { where: 'force', what: 'is 1', right: 'true or false', nearest: null }],
  ['endSession', {}, { where: 'id', what: 'is missing', right: 'a text', nearest: null }],
  ['edit', { edits: [] }, { where: 'edits', what: 'is an array of 0', right: 'at least 1 in the list', nearest: null }],
  ['edit', { edits: 1 }, { where: 'edits', what: 'is 1', right: 'a list', nearest: null }],
  ['edit', edit('createRamdsk', RD), { where: 'edits[0].name', what: 'is "createRamdsk"', nearest: 'createRamdisk' }],
  ['edit', edit(7, RD), { where: 'edits[0].name', what: 'is 7', nearest: null }],
  ['edit', edit('clear', 1), { where: 'edits[0].given', what: 'is 1', right: 'an object', nearest: null }],
  [
    'edit',
    edit('createRamdisk', { ...RD, size: 1.5 }),
    { where: 'edits[0].given.size', what: 'is 1.5', right: 'a whole number from 0 to 9007199254740991', nearest: null },
  ],
  [
    'edit',
    edit('createRamdisk', { ...RD, siz: 512 }),
    { where: 'edits[0].given', what: 'has "siz"', right: 'one of "name", "size", "nullio", "wwn"', nearest: 'size' },
  ],
  [
    'edit',
    edit('setTpgAuth', { target: 'a', tag: 1, password: 4711 }),
    { where: 'edits[0].given.password', what: 'is ***', right: 'a text', nearest: null },
  ],
  [
    'values',
    { name: 'tpgAttribute', given: {} },
    { where: 'name', what: 'is "tpgAttribute"', nearest: 'tpgAttributes' },
  ],
  ['setPreferences', { preferences: { a: [] } }, { where: 'preferences.a', what: 'is an array of 0', nearest: null }],
] as const

describe('an argument that is wrong', () => {
  it.each(WRONG)('of %s, %j, is told: %j', async (name, given, fault) => {
    await expect(bench.client.call(name, given as never)).rejects.toMatchObject({ kind: 'usage', ...fault })
    expect(bench.fake.asked).toEqual([])
  })

  it('is told with the closed list of what is right', async () => {
    const { right } = await bench.client.call('edit', edit('x', {}) as never).catch(error => error)
    expect(right).toMatch(/^one of "createFileio", "createRamdisk", .*"clear"$/)
  })

  it('of a list has its number', async () => {
    const edits = [
      { name: 'clear', given: {} },
      { name: 'clear', given: { a: 1 } },
    ]
    await expect(bench.client.call('edit', { edits } as never)).rejects.toMatchObject({ where: 'edits[1].given' })
  })
})
