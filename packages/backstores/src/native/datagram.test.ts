import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DatagramReceiver } from '../testing/datagram-receiver.ts'
import { sendDatagram } from './datagram.ts'

let directory = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lunkit-datagram-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

describe('a datagram', () => {
  it.each([
    ['at a path', () => join(directory, 'notify')],
    ['of an abstract name', () => `@lunkit-datagram-${process.pid}`],
  ])('comes to a socket %s as it was sent', (_, name) => {
    const receiver = new DatagramReceiver(name())
    expect(sendDatagram(name(), 'READY=1\nSTATUS=å\n')).toEqual({ sent: true, code: undefined })
    expect([receiver.next(), receiver.next()]).toEqual(['READY=1\nSTATUS=å\n', undefined])
    receiver.close()
  })

  it('may have no text', () => {
    const receiver = new DatagramReceiver(join(directory, 'notify'))
    expect(sendDatagram(join(directory, 'notify'), '')).toEqual({ sent: true, code: undefined })
    receiver.close()
  })

  it('that nobody is there for is not sent, and says why', () => {
    expect(sendDatagram(join(directory, 'nobody'), 'text')).toEqual({ sent: false, code: 'ENOENT' })
  })

  it('is not waited for where the receiver is behind', () => {
    const receiver = new DatagramReceiver(join(directory, 'notify'))
    const outcomes = Array.from({ length: 1000 }, () => sendDatagram(join(directory, 'notify'), 'text')?.code)
    expect(new Set(outcomes)).toEqual(new Set([undefined, 'EAGAIN']))
    receiver.close()
  })
})
