import { mkdirSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { CliBench } from '../testing/cli-bench.ts'

let bench: CliBench
beforeAll(async () => {
  bench = await CliBench.open()
  mkdirSync(bench.path('files'))
  for (const name of ['a.json', 'a b.json', '.hidden']) writeFileSync(bench.path(`files/${name}`), '')
})
beforeEach(() => bench.restart())
afterAll(() => bench.close())

const WWN = 'iqn.2026-11.com.example:disks'

/** What the last word may become. */
async function completed(...words: readonly string[]): Promise<readonly string[]> {
  const { out, err, code } = await bench.run(['complete', '--', ...words])
  expect({ err, code }).toEqual({ err: [], code: 0 })
  return out
}

it('the words of a line are completed as in the shell', async () => {
  await bench.all(`/iscsi create ${WWN}`)
  expect(await completed('stat')).toEqual(['status '])
  expect(await completed('--json', '/iscsi/')).toEqual([`/iscsi/${WWN}/`])
  expect(await completed(`/iscsi/${WWN}/tpg1`, 'set', 'attribute', 'authent')).toEqual(['authentication='])
  expect(await completed('iscsi', 'delete', 'iqn')).toEqual([`${WWN} `])
  expect(await completed('targetcli', 'saveconf')).toEqual(['saveconfig '])
  expect(await completed('completion', 'z')).toEqual(['zsh '])
  expect(await completed('bench', 'url', 'pattern=s')).toEqual(['pattern=sequential '])
  expect(await completed('import', 't')).toEqual(['tgt '])
})

it('what is completed is of its kind: storage objects for a LUN, and the value that is in force', async () => {
  await bench.all(`/iscsi create ${WWN}`, '/backstores/ramdisk create rd0 1M')
  const luns = `/iscsi/${WWN}/tpg1/luns`
  expect(await completed(luns, 'create', 'storage_object=/back')).toEqual(['storage_object=/backstores/ramdisk/rd0 '])
  expect(await completed(`/iscsi/${WWN}/tpg1`, 'set', 'attribute', 'authentication=')).toEqual(['authentication=0 '])
})

it('options are completed before a line, and files where they take one', async () => {
  expect(await completed('--j')).toEqual(['--json '])
  expect(await completed('ls', '--j')).toEqual([])
  expect(await completed('-f', bench.path('fil'))).toEqual([bench.path('files/')])
  expect(await completed(`--control=${bench.path('fil')}`)).toEqual([`--control=${bench.path('files/')}`])
})

it('files are completed where a command takes one, hidden ones when their dot is typed', async () => {
  expect((await completed('plan', bench.path('files/'))).toSorted()).toEqual(
    ['a b.json ', 'a.json '].map(name => bench.path(`files/${name}`)),
  )
  expect(await completed('apply', `file=${bench.path('fil')}`)).toEqual([`file=${bench.path('files/')}`])
  expect(await completed('plan', `${bench.path('files')}/.`)).toEqual([bench.path('files/.hidden ')])
})

it('nothing is said of what is wrong, nor where no daemon answers; commands are known without one', async () => {
  expect(await completed('--nosuch', 'x', '')).toEqual([])
  expect(await completed('/nosuch/', 'l')).toEqual([])
  expect(await completed('--control', bench.path('nowhere'), '/is')).toEqual([])
  expect(await completed('--control', bench.path('nowhere'), 'sav')).toEqual(['saveconfig '])
})

it('a script is printed for each shell that is known', async () => {
  for (const shell of ['bash', 'zsh', 'fish'])
    expect((await bench.line(`completion ${shell}`)).out.join('\n')).toContain('complete -- ')
  expect(await bench.line('completion tcsh')).toMatchObject({
    code: 2,
    err: ['shell must be one of: bash, zsh, fish'],
  })
})
