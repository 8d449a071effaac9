import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { CliBench } from '../testing/cli-bench.ts'
import { changeLines } from './document-commands.ts'

let bench: CliBench
beforeAll(async () => {
  bench = await CliBench.open()
})
afterAll(() => bench.close())

const place = (kind: 'added' | 'removed' | 'changed', path: string, noticed: boolean, keys: string[] = []) => ({
  ...{ kind, path, noticed, keys },
})

it('a plan tells the steps, what else of the document is another one, and what is not served', () => {
  const changes = [
    place('added', '/backstores/ramdisk/b', false),
    place('removed', '/backstores/ramdisk/c', false),
    place('added', '/backstores/ramdisk/d', true),
    place('changed', '/backstores/ramdisk/a', true, ['attributes.emulate_tpu']),
    place('changed', '/iscsi/t/tpg1', false, ['attributes.netif_timeout', 'tag']),
  ]
  const notices = [{ kind: 'kept' as const, text: 'not yet', paths: ['a', 'b'] }]
  expect(changeLines({ steps: ['opens ramdisk/d'], changes, notices }, 'nothing')).toEqual([
    'opens ramdisk/d',
    'adds /backstores/ramdisk/b, which no initiator notices',
    'removes /backstores/ramdisk/c, which no initiator notices',
    'changes /backstores/ramdisk/a (attributes.emulate_tpu)',
    'changes /iscsi/t/tpg1 (attributes.netif_timeout, tag), which no initiator notices',
    'note: not yet (a, b)',
  ])
  expect(changeLines({ steps: [], changes: [], notices: [] }, 'nothing')).toEqual(['nothing'])
})

it('a plan of what is served already changes nothing', async () => {
  const file = bench.path('same.json')
  writeFileSync(file, '{}')
  expect((await bench.line(`plan ${file}`)).out).toEqual(['It would change nothing of what is served.'])
})
