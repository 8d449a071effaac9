/** Says what goes on at a target: who comes and goes, who is turned away and why, what becomes of disks. */
import { connect, createTarget, LoginError, ramdisk, type ServerEvent } from 'lunkit'

const told: { [Kind in ServerEvent['kind']]?: (event: Extract<ServerEvent, { kind: Kind }>) => string } = {
  sessionStarted: ({ session }) => `${session.initiatorName} has come`,
  sessionEnded: ({ session, why }) => `${session.initiatorName} has gone: ${why}`,
  loginRefused: ({ initiatorName, reason }) => `${initiatorName} was turned away: ${reason}`,
}

const welcome = 'iqn.2026-11.com.example:welcome'
const target = await createTarget({ luns: [ramdisk({ sizeBytes: 1024 * 1024 })], initiators: [welcome] })
const watching = (async () => {
  for await (const event of target.events) {
    const tell = told[event.kind] as ((event: ServerEvent) => string) | undefined
    if (tell) console.log(tell(event))
  }
})()

const session = await connect({ ...target.address, initiatorName: welcome })
await session.close()
await connect({ ...target.address, initiatorName: 'iqn.2026-11.com.example:stranger' }).catch(error => {
  if (!(error instanceof LoginError)) throw error
})
// The events end with the target.
await target.close()
await watching
