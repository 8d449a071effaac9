import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { block, withLun } from '../testing/client.ts'
import { Level, Lunkitd, startLunkitd } from '../testing/lunkitd.ts'
import { saveConfig } from '../testing/save-config.ts'
import { SignalCatcher } from './signal-catcher.ts'
import { type CaughtSignal, SIGNALS } from './signal-table.ts'

// Each test starts processes, which takes its time where others use the machine too.
vi.setConfig({ testTimeout: 60_000 })

describe('lunkitd', () => {
  let directory = ''
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'lunkitd-'))
  })
  afterEach(() => rm(directory, { recursive: true }))

  async function start(): Promise<Lunkitd> {
    const disk = { plugin: 'fileio', name: 'd', dev: join(directory, 'disk.img'), size: 1_048_576, write_back: true }
    return startLunkitd(directory, saveConfig([disk]))
  }

  it.each(['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGPWR', 'SIGXCPU'] as const)(
    'drains at %s and ends with 0',
    async signal => {
      const lunkitd = await start()
      const [url = ''] = await lunkitd.urls(1)
      await withLun(url, unit => unit.write(7, block(0xa5)))
      lunkitd.kill(signal)
      expect(await lunkitd.ended()).toMatchObject({ code: 0, signal: null })
      expect(lunkitd.log.at(-1)).toMatchObject({ msg: 'drained' })
      expect((await readFile(join(directory, 'disk.img'))).subarray(3584, 4096)).toEqual(block(0xa5))
    },
  )

  it('goes on at every other signal that can be caught, opens no inspector, and then drains', async () => {
    await using lunkitd = await start()
    const [url = ''] = await lunkitd.urls(1)
    const { pid } = lunkitd
    await withLun(url, async unit => {
      const named = ['SIGALRM', 'SIGVTALRM', 'SIGPROF', 'SIGIO', 'SIGSTKFLT'] as const
      for (const signal of named) {
        lunkitd.kill(signal)
        await lunkitd.logged(({ msg }) => msg === `${signal}: lunkitd goes on, it means nothing here`)
      }
      for (const signal of ['SIGUSR1', 'SIGPIPE', 'SIGXFSZ', 'SIGCHLD', 'SIGURG', 'SIGWINCH', 'SIGCONT'] as const)
        lunkitd.kill(signal)
      // SIGRTMIN to SIGRTMAX of Linux, which have no names in Node.
      for (let signal = 34; signal <= 64; signal++) process.kill(pid, signal)
      expect(await unit.read(0, 1)).toEqual(block(0))
    })
    lunkitd.kill('SIGHUP')
    await lunkitd.logged(({ msg }) => msg === 'the configuration was applied: nothing was to be changed')
    lunkitd.kill('SIGUSR2')
    const counted = await lunkitd.logged(({ msg }) => msg === 'SIGUSR2: counted so far')
    expect(counted).toMatchObject({ level: Level.info, counted: { sessionsStarted: 1 } })
    lunkitd.kill('SIGTERM')
    const { code, stderr } = await lunkitd.ended()
    expect(code).toBe(0)
    expect(stderr).not.toContain('Debugger')
  })

  it('opens no inspector at SIGUSR1 where it is run without its launcher', async () => {
    await using lunkitd = Lunkitd.direct(['--demo', '--portal', '127.0.0.1:0'])
    await lunkitd.urls(1)
    lunkitd.kill('SIGUSR1')
    await lunkitd.logged(({ msg }) => msg === 'SIGUSR1: lunkitd goes on, it means nothing here')
    lunkitd.kill('SIGTERM')
    const { code, stderr } = await lunkitd.ended()
    expect(code).toBe(0)
    expect(stderr).not.toContain('Debugger')
  })

  it('drains at a signal that comes while it opens its disks', async () => {
    const lunkitd = await start()
    await lunkitd.logged(({ msg }) => msg === 'lunkitd starts')
    lunkitd.kill('SIGTERM')
    expect(await lunkitd.ended()).toMatchObject({ code: 0, signal: null })
    expect(lunkitd.log.at(-1)).toMatchObject({ msg: 'drained' })
  })
})

describe('a signal that comes when lunkitd has just started', () => {
  // It comes as that line of the log is written, before anything is opened.
  const planted = `data:text/javascript,${encodeURIComponent(`
    import fs from 'node:fs'
    import { syncBuiltinESMExports } from 'node:module'
    const { writeSync } = fs
    fs.writeSync = (fd, bytes) => {
      if (String(bytes).includes('lunkitd starts')) process.emit('SIGTERM')
      return writeSync(fd, bytes)
    }
    syncBuiltinESMExports()`)}`
  const environment = { NODE_OPTIONS: `--import="${planted}"` }
  let directory = ''
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'lunkitd-'))
  })
  afterEach(() => rm(directory, { recursive: true }))

  it('leaves disks and portals closed, and says of none that it is served', async () => {
    const disk = { plugin: 'fileio', name: 'd', dev: join(directory, 'disk.img'), size: 1_048_576 }
    const lunkitd = await startLunkitd(directory, saveConfig([disk]), { environment })
    expect(await lunkitd.ended()).toMatchObject({ code: 0, signal: null, stdout: '' })
    expect(lunkitd.log.map(({ msg }) => msg).slice(-2)).toEqual(['serving 0 of 1 LUNs at 0 of 1 portals', 'drained'])
    expect(await readdir(directory)).toEqual(['saveconfig.json'])
  })

  it('keeps the demo from saying how to connect', async () => {
    const lunkitd = new Lunkitd(['--demo', '--portal', '127.0.0.1:0'], environment)
    expect(await lunkitd.ended()).toMatchObject({ code: 0, signal: null, stdout: '' })
  })
})

describe('a signal before lunkitd has opened anything', () => {
  class FakeProcess {
    readonly pid = 7
    readonly killed: [number, CaughtSignal][] = []
    readonly #listeners = new Map<CaughtSignal, () => void>()

    on(signal: CaughtSignal, heard: () => void): void {
      this.#listeners.set(signal, heard)
    }

    removeAllListeners(signal: CaughtSignal): void {
      this.#listeners.delete(signal)
    }

    kill(pid: number, signal: CaughtSignal): void {
      // With a listener left the signal would come back to it.
      if (!this.#listeners.has(signal)) this.killed.push([pid, signal])
    }

    signal(signal: CaughtSignal): void {
      this.#listeners.get(signal)?.()
    }
  }

  it('ends it when it asks for the end, and does nothing otherwise', () => {
    const process = new FakeProcess()
    new SignalCatcher(process).start()
    for (const signal of Object.keys(SIGNALS) as CaughtSignal[]) process.signal(signal)
    expect(process.killed.map(([, signal]) => signal)).toEqual(['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGPWR', 'SIGXCPU'])
  })

  it('goes to who takes it from then on', () => {
    const process = new FakeProcess()
    const catcher = new SignalCatcher(process)
    const heard: string[] = []
    catcher.start()
    catcher.take(signal => heard.push(signal))
    process.signal('SIGTERM')
    process.signal('SIGHUP')
    expect([heard, process.killed]).toEqual([['SIGTERM', 'SIGHUP'], []])
  })
})
