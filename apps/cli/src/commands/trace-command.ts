import type { Command } from './command.ts'
import { command } from './command.ts'
import { fileNames, sessionIds } from './completions.ts'
import { kinds, may, of } from './parameter.ts'

/** Shows what initiators and targets say to each other. */
export const traceCommand: Command = command(
  'trace',
  'each PDU of an initiator, a session or a LUN, until it is interrupted; needs the role admin',
  {
    takes: [
      may('initiator', kinds.iscsiName, 'all of them; its logins are traced too'),
      of(sessionIds, may('session', kinds.text, 'all')),
      may('lun', kinds.text, 'all; the path of a storage object, of a LUN or of a mapped LUN'),
      may('seconds', kinds.seconds, 'until it is interrupted'),
      of(fileNames, may('pcapng', kinds.text, 'a line a PDU; FILE is for Wireshark, "-" is standard output')),
      may('text', kinds.flag, 'true without pcapng; true prints lines beside the file'),
      may('data', kinds.size, '16, bytes that are shown of what is read or written'),
    ],
    async run(context, given) {
      // Nobody else needs it.
      const { traced } = await import('../trace/trace.ts')
      return traced(context, given)
    },
  },
)
