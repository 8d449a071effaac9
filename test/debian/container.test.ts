import { mkdir, writeFile } from 'node:fs/promises'
import { connect, openBlockDevice } from 'lunkit'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { freePort } from '../harness/free-port.ts'
import { saveConfig } from '../harness/save-config.ts'
import { Scratch } from '../harness/scratch.ts'
import { ContainedDaemon } from './contained-daemon.ts'

const iqn = 'iqn.2026-11.io.lunkit.test:container'
const mib = 2 ** 20
const image = inject('builtImage')

describe('the container', () => {
  let scratch: Scratch
  let daemon: ContainedDaemon
  let port: number
  let metricsPort: number

  beforeAll(async () => {
    scratch = await Scratch.create('container')
    const volume = scratch.path('volume')
    await mkdir(volume)
    await writeFile(scratch.path('volume/disk0.img'), Buffer.alloc(4 * mib))
    ;[port, metricsPort] = [await freePort(), await freePort()]
    const path = `${image.volume}/disk0.img`
    const stores = [{ name: 'disk0', plugin: 'fileio', path, writeBack: true, sizeBytes: 4 * mib }] as const
    await writeFile(scratch.path('volume/saveconfig.json'), JSON.stringify(saveConfig({ iqn, port, stores })))
    daemon = await ContainedDaemon.start(image, volume, { LUNKIT_METRICS: `127.0.0.1:${metricsPort}` })
  })

  afterAll(async () => {
    await daemon?.kill()
    await scratch?.remove()
  })

  it('runs as an ordinary user that has no capability and can get none', async () => {
    const uid = String(image.user.uid)
    expect((await daemon.status('Uid')).split(/\s+/)).toEqual([uid, uid, uid, uid])
    for (const field of ['CapInh', 'CapPrm', 'CapEff', 'CapAmb'])
      expect([field, await daemon.status(field)]).toEqual([field, '0000000000000000'])
    expect(await daemon.status('NoNewPrivs')).toBe('1')
  })

  it('serves a disk on its volume, though its root cannot be written', async () => {
    await using session = await connect({ host: '127.0.0.1', port, target: iqn })
    const disk = await openBlockDevice(session.lun(0))
    await disk.write(8192, Buffer.alloc(4096, 'contained'))
    await disk.flush()
    expect(Buffer.from(await disk.read(8192, 512)).toString('latin1', 0, 9)).toBe('contained')
    const { stdout, stderr } = await daemon.run('/bin/sh', '-c', ': > /usr/new')
    expect(stdout + stderr).toMatch(/Read-only file system|cannot create/)
  })

  it('is managed inside by lunkit, which saves to the volume', async () => {
    const { code, stdout, stderr } = await daemon.run('/usr/bin/lunkit', 'saveconfig')
    expect(stdout + stderr).toContain(`Configuration saved to ${image.volume}/saveconfig.json`)
    expect(code).toBe(0)
  })

  it('is healthy by the command that the image says', async () => {
    const { code, stdout } = await daemon.run(...image.healthcheck)
    expect(stdout).toContain('serves 1 storage object, 1 target')
    expect(code).toBe(0)
  })

  it('answers the probes, and tells its metrics', async () => {
    const answers = ['/-/healthy', '/-/ready', '/metrics'].map(path => fetch(`http://127.0.0.1:${metricsPort}${path}`))
    const [healthy, ready, metrics] = await Promise.all(answers)
    expect([healthy?.status, ready?.status]).toEqual([200, 200])
    expect(await metrics?.text()).toContain('lunkit_up 1')
  })

  it('has warned of nothing, and ends in order by SIGTERM', async () => {
    expect(daemon.log.split('\n').filter(line => /"level":(?:[456]0)/.test(line))).toEqual([])
    expect(await daemon.stop()).toBe(0)
    expect(daemon.log).toContain('"msg":"drained"')
  })
})
