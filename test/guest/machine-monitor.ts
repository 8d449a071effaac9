import { createConnection } from 'node:net'
import { createInterface } from 'node:readline'

/** A line of QEMU's machine protocol: an answer, or an event. */
type MonitorLine = { readonly return?: unknown; readonly error?: { readonly desc: string } }

/**
 * Has the machine do something by QEMU's machine protocol (QMP), as `device_del`.
 *
 * @param socket where it listens
 * @throws Error with what it says to a command that it does not carry out
 */
export async function tellMachine(
  socket: string,
  command: string,
  args: Readonly<Record<string, string>>,
): Promise<void> {
  const connection = createConnection(socket)
  try {
    const lines = createInterface(connection)
    const asked = [{ execute: 'qmp_capabilities' }, { execute: command, arguments: args }]
    connection.write(asked.map(each => `${JSON.stringify(each)}\n`).join(''))
    let answers = 0
    for await (const line of lines) {
      const said = JSON.parse(line) as MonitorLine
      if (said.error) throw new Error(`QEMU does not ${command}: ${said.error.desc}`)
      if (said.return !== undefined && ++answers === asked.length) return
    }
    throw new Error(`QEMU ended before it answered to ${command}`)
  } finally {
    connection.destroy()
  }
}
