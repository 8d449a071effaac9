import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const run = promisify(execFile)

/** The modules of Node that are loaded with a door. */
async function loadedWith(door: string): Promise<readonly string[]> {
  const program = `
    await import(${JSON.stringify(door)})
    console.log(process.moduleLoadList.join('\\n'))`
  const args = ['--conditions=source', '--input-type=module', '--eval', program]
  const { stdout } = await run(process.execPath, args, { cwd: import.meta.dirname, timeout: 60_000 })
  return stdout.split('\n').map(line => line.replace('NativeModule ', ''))
}

describe('nothing is loaded', () => {
  it('with a client of what only a browser needs, or who calls by TLS', async () => {
    const loaded = await loadedWith('@lunkit/control/client')
    expect(loaded.filter(name => /undici|^https$|^tls$/.test(name))).toEqual([])
  })

  it('with a socket of what only TLS needs', async () => {
    const loaded = await loadedWith('@lunkit/control/socket')
    expect(loaded.filter(name => /^https?$|^tls$/.test(name))).toEqual([])
  })
})
