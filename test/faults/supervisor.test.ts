import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { connect } from '@lunkit/initiator'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Daemon } from '../harness/daemon.ts'
import { NotifySocket } from '../harness/notify-socket.ts'
import { Scratch } from '../harness/scratch.ts'
import { findTool } from '../harness/tool.ts'

const IQN = 'iqn.2026-11.io.lunkit.test:notify'
const served = { iqn: IQN, stores: [{ plugin: 'ramdisk', name: 'a', sizeBytes: 2 ** 20 }] } as const

/** As where nothing optional was installed. */
const withoutKoffi = `data:text/javascript,${encodeURIComponent(`
  import { Module } from 'node:module'
  const resolve = Module._resolveFilename
  Module._resolveFilename = function (name, ...rest) {
    if (name.startsWith('@koromix/')) throw new Error('Cannot find module ' + name)
    return resolve.call(this, name, ...rest)
  }`)}`

let scratch: Scratch
let socket: NotifySocket
beforeEach(async () => {
  scratch = await Scratch.create('notify')
  socket = await NotifySocket.open(scratch.path('notify'))
})
afterEach(async () => {
  await socket[Symbol.asyncDispose]()
  await scratch.remove()
})

describe('a supervisor', () => {
  it('is told what lunkitd does, from its start to its end', async () => {
    const daemon = await Daemon.start(served, scratch.directory, { environment: socket.environment() })
    await socket.heard(/^READY=1$/)
    expect(socket.told).toEqual(['READY=1', 'STATUS=serving 1 of 1 LUNs, 0 sessions'])

    await daemon.reload({ ...served, stores: [...served.stores, { plugin: 'ramdisk', name: 'b', sizeBytes: 2 ** 20 }] })
    await socket.heard(/^STATUS=serving 2 of 2 LUNs, 0 sessions$/)
    const reload = socket.told.slice(2)
    expect(reload.map(line => line.split('=')[0])).toEqual(['RELOADING', 'MONOTONIC_USEC', 'STATUS', 'READY', 'STATUS'])

    const { host, port } = daemon.address(0)
    const session = await connect({ host, port, target: IQN })
    await socket.heard(/1 session$/)
    await session.close()
    await daemon.stop()
    await socket.heard(/^STATUS=what is under way ends/)
    expect(socket.told.slice(-2)).toEqual(['STOPPING=1', 'STATUS=what is under way ends, disks are flushed'])
  })

  it('gets a sign of life three times in the time that it waits for one', async () => {
    const daemon = await Daemon.start(served, scratch.directory, { environment: socket.environment(600) })
    await socket.heard(/^WATCHDOG=1$/)
    const startedMs = performance.now()
    const from = socket.told.length
    for (let sign = 0; sign < 3; sign++) await socket.heard(/^WATCHDOG=1$/, from + sign)
    // Not all at once: two periods of 200 ms lie between three of them.
    expect(performance.now() - startedMs).toBeGreaterThan(390)
    await daemon.stop()
  })

  it('is told by systemd-notify where the C library cannot be called', async () => {
    const [directory, used] = [scratch.path('bin'), scratch.path('used')]
    await mkdir(directory)
    // It would wait for an answer of systemd.
    const program = `#!/bin/sh\ntouch ${used}\nexec ${findTool('systemd-notify')} --no-block "$@"\n`
    await writeFile(`${directory}/systemd-notify`, program, { mode: 0o755 })
    const environment = {
      ...socket.environment(),
      PATH: `${directory}:${process.env['PATH']}`,
      NODE_OPTIONS: `--import="${withoutKoffi}"`,
    }
    const daemon = await Daemon.start(served, scratch.directory, { environment })
    await socket.heard(/^READY=1$/)
    expect(existsSync(used)).toBe(true)
    await daemon.stop()
    await socket.heard(/STOPPING=1$/)
  })
})
