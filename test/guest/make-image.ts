// Called by .ci/run: builds the image that the suites of the guest and of the Debian package boot, beside what waits for nothing of it.
import { guestImage } from './image.ts'

const { diskPath } = await guestImage()
process.stdout.write(`the guest's image is ${diskPath}\n`)
