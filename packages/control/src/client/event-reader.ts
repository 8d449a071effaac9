import { StringDecoder } from 'node:string_decoder'

/** An event of a stream, HTML 9.2.6. */
export interface ReadEvent {
  readonly name: string
  readonly data: string
}

/** Reads the frames of server-sent events out of a stream of bytes; comments are left out. */
export class EventReader {
  readonly #decoder = new StringDecoder('utf8')
  #text = ''

  /** The events that are whole with these bytes. */
  read(chunk: Buffer): ReadEvent[] {
    const frames = (this.#text + this.#decoder.write(chunk)).split('\n\n')
    this.#text = frames.pop() ?? ''
    return frames.map(eventOf).filter(event => event.data !== '')
  }
}

function eventOf(frame: string): ReadEvent {
  const fields = frame.split('\n').map(line => line.split(/: ?(.*)/s))
  const values = (name: string): string =>
    fields
      .filter(([key]) => key === name)
      .map(([, value]) => value)
      .join('\n')
  return { name: values('event'), data: values('data') }
}
