import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, it, vi } from 'vitest'
import { addressOf } from './testing/client.ts'
import { Lunkitd } from './testing/lunkitd.ts'

// It starts a process, which takes its time where others use the machine too.
vi.setConfig({ testTimeout: 60_000 })

/** Has intervals pass a hundred times as fast, and says when one has and when V8 is given a flag. */
const planted = `data:text/javascript,${encodeURIComponent(`
  import v8 from 'node:v8'
  import { syncBuiltinESMExports } from 'node:module'
  const say = (msg, facts) => process.stderr.write(JSON.stringify({ level: 30, msg, ...facts }) + '\\n')
  const { setInterval } = globalThis
  globalThis.setInterval = (run, ms) => setInterval(() => (run(), say('passed', { ms })), ms / 100)
  const { setFlagsFromString } = v8
  v8.setFlagsFromString = flag => (say('flag', { flag }), setFlagsFromString(flag))
  syncBuiltinESMExports()`)}`

it('lunkitd collects what connections needed once many of them have gone', async () => {
  await using lunkitd = new Lunkitd(['--demo', '--portal', '127.0.0.1:0'], { NODE_OPTIONS: `--import="${planted}"` })
  const [url = ''] = await lunkitd.urls(1)
  const { host, port } = addressOf(url)
  const sockets = Array.from({ length: 130 }, () => connect({ host, port }))
  await Promise.all(sockets.map(socket => once(socket, 'connect')))
  const looks = () => lunkitd.log.filter(({ msg, ms }) => msg === 'passed' && ms === 5000).length
  const seen = looks()
  await lunkitd.logged(() => looks() > seen + 2)
  const collects = { msg: 'flag', flag: '--expose-gc' }
  expect(lunkitd.log).not.toContainEqual(expect.objectContaining(collects))
  for (const socket of sockets) socket.destroy()
  expect(await lunkitd.logged(({ flag }) => flag === collects.flag)).toMatchObject(collects)
})

it('lunkitd has V8 inline more than it does by itself', async () => {
  await using lunkitd = new Lunkitd(['--demo', '--portal', '127.0.0.1:0'], { NODE_OPTIONS: `--import="${planted}"` })
  await lunkitd.urls(1)
  expect(lunkitd.log.flatMap(({ flag }) => flag ?? [])).toEqual([
    '--max-inlined-bytecode-size-cumulative=3000',
    '--max-inlined-bytecode-size=1000',
  ])
})
