import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { CliBench } from './testing/cli-bench.ts'

let bench: CliBench
beforeAll(async () => {
  bench = await CliBench.open()
})
beforeEach(() => bench.restart())
afterAll(() => bench.close())

const [TAB, ENTER, CTRL_C, CTRL_D, UP] = ['\t', '\r', '\x03', '\x04', '\x1b[A']

describe('the shell', () => {
  it('completes paths, commands, names and values by Tab', async () => {
    await bench.all('/iscsi create iqn.2026-11.com.example:disks')
    const { type, shows, out, ended } = bench.types()
    await shows('/> ')
    for (const [keys, completed] of [
      ['/is', '/iscsi/'],
      ['iq', '/iscsi/iqn.2026-11.com.example:disks/'],
      ['', '/iscsi/iqn.2026-11.com.example:disks/tpg1/'],
      [' se', ' set '],
      ['attr', 'attribute '],
      ['authent', 'authentication='],
    ] as const) {
      type(`${keys}${TAB}`)
      await shows(completed.slice(completed.length - 5))
    }
    type(`1${ENTER}`)
    await shows("Parameter authentication is now '1'.")
    type(`${CTRL_D}`)
    expect(await ended).toBe(0)
    expect(out[0]).toBe("Parameter authentication is now '1'.")
  })

  it('goes on after errors, shows where it is, and saves when it is told to exit', async () => {
    const { type, shows, err, ended } = bench.types()
    await shows('/> ')
    type(`cd iscsi${ENTER}`)
    await shows('/iscsi> ')
    type(`frob${ENTER}`)
    await shows('/iscsi> ')
    type(`create iqn.2026-11.com.example:disks${ENTER}`)
    await shows('/iscsi> ')
    type(`exit${ENTER}`)
    expect(await ended).toBe(0)
    expect(err[0]).toBe('Command not found frob')
    expect(bench.model.saved).toBe(bench.model.configuration)
  })

  it('takes a line of a comment for nothing, and goes on', async () => {
    const { type, shows, out, err, ended } = bench.types()
    await shows('/> ')
    type(`# pwd${ENTER}`)
    await shows('/> ')
    type(`pwd${ENTER}`)
    await shows('/> ')
    type(CTRL_D)
    expect(await ended).toBe(0)
    expect({ first: out[0], err }).toEqual({ first: '/', err: [] })
  })

  it('gives a line up at Ctrl-C, and ends at Ctrl-D', async () => {
    const { type, shows, out, ended } = bench.types()
    await shows('/> ')
    type('/iscsi create iqn.2026-11.com.example:never')
    await shows('never')
    type(CTRL_C)
    await shows('/> ')
    type(`pwd${ENTER}`)
    await shows('/> ')
    type(CTRL_D)
    expect(await ended).toBe(0)
    expect(out.slice(0, 2)).toEqual(['/', 'exit'])
    expect(JSON.stringify(bench.model.configuration)).not.toContain('never')
  })

  it('stops telling events at Ctrl-C, and goes on', async () => {
    const at = '2026-11-29T12:00:00.000Z'
    bench.model.events.push({ at, kind: 'saved', path: '', text: 'the configuration is saved' })
    const { type, shows, ended } = bench.types()
    await shows('/> ')
    type(`events${ENTER}`)
    await shows(`${at} saved the configuration is saved`)
    type(CTRL_C)
    await shows('/> ')
    type(`exit${ENTER}`)
    expect(await ended).toBe(0)
  })

  it('remembers what was typed, but for secrets', async () => {
    const history = bench.path('lunkit/history')
    const first = bench.types()
    await first.shows('/> ')
    first.type(`/iscsi set discovery_auth password=geheim${ENTER}`)
    await first.shows("Parameter password is now '********'.")
    await first.shows('/> ')
    first.type(`/iscsi set discovery_auth paswrd=geheim${ENTER}`)
    await first.shows('Unknown parameter paswrd')
    await first.shows('/> ')
    first.type(`inquiry iscsi://me%geheim@127.0.0.1:1/iqn.2026-11.com.example:disk/0${ENTER}`)
    await first.shows('No target answers')
    await first.shows('/> ')
    first.type(`/iscsi status${ENTER}`)
    await first.shows('Status for /iscsi')
    await first.shows('/> ')
    first.type(`exit${ENTER}`)
    await first.ended
    expect(existsSync(history)).toBe(true)
    expect(readFileSync(history, 'utf8')).not.toContain('geheim')
    const second = bench.types()
    await second.shows('/> ')
    second.type(UP)
    await second.shows('exit')
    second.type(UP)
    await second.shows('/iscsi status')
    second.type(ENTER)
    await second.shows('Status for /iscsi')
    second.type(CTRL_D)
    expect(await second.ended).toBe(0)
  })

  it('asks before it applies a file', async () => {
    const file = bench.path('wanted.json')
    writeFileSync(file, '{"storage_objects": [{"plugin": "ramdisk", "name": "rd7", "size": 1048576}]}')
    const { type, shows, ended } = bench.types()
    await shows('/> ')
    type(`apply ${file}${ENTER}`)
    await shows('Apply it? [y/N] ')
    type(`n${ENTER}`)
    await shows('Nothing was applied.')
    await shows('/> ')
    type(`apply ${file}${ENTER}`)
    await shows('Apply it? [y/N] ')
    type(`y${ENTER}`)
    await shows('/> ')
    type(`exit${ENTER}`)
    await ended
    expect(JSON.stringify(bench.model.configuration)).toContain('rd7')
  })
})

describe('bookmarks', () => {
  it('name paths, also the newest node, and outlive the shell', async () => {
    const input = ['/iscsi bookmarks add t', 'cd @t', 'pwd', 'create iqn.2026-11.com.example:a', 'cd @last', 'pwd']
    const { out } = await bench.run([], { input })
    expect([out[1], out.at(-1)]).toEqual(['/iscsi', '/iscsi/iqn.2026-11.com.example:a'])
    expect((await bench.line('@t status')).out).toEqual(['Status for /iscsi: Targets: 1'])
    expect((await bench.line('bookmarks add t')).err).toEqual(['Bookmark t already exists.'])
    expect((await bench.line('bookmarks show')).out).toEqual(['BOOKMARKS', '=========', '', 't', '-', '/iscsi', ''])
    expect((await bench.line('bookmarks del t')).out).toEqual(['Deleted bookmark t.'])
    expect((await bench.line('@t status')).err[0]).toBe('No such bookmark t')
  })
})

describe('a path that ends with "*"', () => {
  it('is every child of a node', async () => {
    expect((await bench.line('/backstores/* status')).out).toEqual(
      ['block', 'fileio', 'pscsi', 'ramdisk'].flatMap(name => [
        `[/backstores/${name}]`,
        `Status for /backstores/${name}: Storage Objects: 0`,
      ]),
    )
  })
})
