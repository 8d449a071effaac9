import { TaskManagementFunction, TaskManagementRequest, TaskManagementResponse } from '@lunkit/pdu'
import type { TestClient } from './test-client.ts'

/** A task management function by its name. */
export type FunctionName = keyof typeof TaskManagementFunction

/** The tag of a function, unless it is said otherwise. */
export const FUNCTION_TAG = 0x7000

/** Asks for a task management function, marked for immediate delivery. */
export function manage(client: TestClient, name: FunctionName, values: object = {}): void {
  client.send(TaskManagementRequest, {
    function: TaskManagementFunction[name],
    immediate: true,
    initiatorTaskTag: FUNCTION_TAG,
    referencedTaskTag: 0xffff_ffff,
    cmdSN: client.cmdSN,
    ...values,
  })
}

/** How the next function is answered. */
export const response = async (client: TestClient): Promise<number> =>
  (await client.expect(TaskManagementResponse)).values.response
