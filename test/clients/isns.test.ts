import { afterEach, beforeEach, expect, it } from 'vitest'
import { Daemon } from '../harness/daemon.ts'
import { freePort } from '../harness/free-port.ts'
import { run } from '../harness/outcome.ts'
import { Scratch } from '../harness/scratch.ts'
import { Isnsd, type Listed } from './isnsd.ts'

const iqn = (name: string): string => `iqn.2026-11.io.lunkit.test:${name}`
const lunkit = new URL('../../node_modules/.bin/lunkit', import.meta.url).pathname

let scratch: Scratch
let isnsd: Isnsd
let daemon: Daemon | undefined

beforeEach(async () => {
  scratch = await Scratch.create('isns')
  isnsd = await Isnsd.create(scratch)
})
afterEach(async () => {
  isnsd.signal('SIGCONT')
  try {
    await daemon?.stop()
  } finally {
    daemon = undefined
    await isnsd.kill()
    await scratch.remove()
  }
})

/** A target of one portal group at a port. */
const target = (name: string, port: number, enable = true) => ({
  fabric: 'iscsi',
  wwn: iqn(name),
  tpgs: [
    {
      tag: 1,
      enable,
      luns: [{ index: 0, storage_object: '/backstores/ramdisk/a' }],
      node_acls: [],
      portals: [{ ip_address: '127.0.0.1', port }],
      attributes: { authentication: 0, generate_node_acls: 1 },
    },
  ],
})

async function serve(...targets: readonly object[]): Promise<void> {
  const server = `127.0.0.1:${isnsd.port}`
  const disk = { plugin: 'ramdisk', name: 'a', size: 2 ** 20 }
  const configuration = { storage_objects: [disk], targets, lunkit: { isns: [{ server }] } }
  daemon = await Daemon.start(JSON.stringify(configuration), scratch.directory, { servedLuns: 1 })
}

/** Runs lunkit with a line. */
const command = (line: string) =>
  run(lunkit, line.split(' '), { timeoutMs: 30_000, env: { LUNKIT_CONTROL: scratch.path('control.sock') } })

const has =
  (...names: readonly string[]) =>
  ({ targets }: Listed): boolean =>
    targets.join() === names.map(iqn).join()

it('lists the targets after the start, follows what changes, and lists nothing after the stop', async () => {
  const [one, two] = [await freePort(), await freePort()]
  await isnsd.start()
  await serve(target('a', one), target('off', two, false))
  const listed = await isnsd.until(has('a'))
  expect(listed).toEqual({
    entities: [expect.stringMatching(/^lunkit-[\da-f]{16}$/)],
    targets: [iqn('a')],
    portals: [`127.0.0.1:${one}`],
    groups: [`${iqn('a')} 127.0.0.1:${one} 1`],
  })
  expect((await command('isns')).stdout).toMatch(/lunkit-[\da-f]{16} +1 +1 +registered\n$/)

  await command(`/iscsi/${iqn('off')}/tpg1 enable`)
  const both = await isnsd.until(has('a', 'off'))
  expect(both.targets).toEqual([iqn('a'), iqn('off')])
  expect(both.groups).toEqual(
    expect.arrayContaining([`${iqn('a')} 127.0.0.1:${one} 1`, `${iqn('off')} 127.0.0.1:${two} 1`]),
  )
  await command(`/iscsi/${iqn('a')}/tpg1 disable`)
  expect(await isnsd.until(has('off'))).toMatchObject({ targets: [iqn('off')], portals: [`127.0.0.1:${two}`] })
  await command(`isns 127.0.0.1:${isnsd.port} off`)
  expect((await isnsd.until(has())).targets).toEqual([])
  await command(`isns 127.0.0.1:${isnsd.port} entity=storage1`)
  expect((await isnsd.until(has('off'))).entities).toEqual(['storage1'])

  await daemon?.stop()
  daemon = undefined
  expect(await isnsd.listed()).toEqual({ entities: [], targets: [], portals: [], groups: [] })
})

it('has the registration again when it has died and is back', async () => {
  await isnsd.start()
  await serve(target('a', await freePort()))
  await isnsd.until(has('a'))
  await isnsd.kill()
  expect((await command('status')).stdout).toContain('targets are not registered with the iSNS server')
  await isnsd.start()
  expect((await isnsd.until(has('a'))).targets).toEqual([iqn('a')])
})

it('hangs neither the start, nor a change, nor the stop when it does not answer', async () => {
  const port = await freePort()
  await isnsd.start()
  isnsd.signal('SIGSTOP')
  await serve(target('a', port))
  const changed = await command(`/iscsi create ${iqn('b')}`)
  expect(changed.code).toBe(0)
  isnsd.signal('SIGCONT')
  await isnsd.until(has('a', 'b'))
  isnsd.signal('SIGSTOP')
  const stopped = performance.now()
  await daemon?.stop()
  daemon = undefined
  const stopMs = Math.round(performance.now() - stopped)
  console.log(
    `a change took ${Math.round(changed.elapsedMs)} ms, the stop ${stopMs} ms beside an isnsd that does not answer`,
  )
  expect(stopMs).toBeLessThan(6000)
})
