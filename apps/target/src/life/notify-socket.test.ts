import { expect, it } from 'vitest'
import { notifySocket } from './notify-socket.ts'

it('a supervisor that is not there is said with its address and why', async () => {
  expect(await notifySocket('/nonexistent/notify')('READY=1\n')).toBe('/nonexistent/notify: ENOENT')
})
