import { utf8Length } from '../../kernel/bytes.ts';
import type { ToolCall } from './port.ts';

/**
 * The most that the calls of one answer take together, in bytes of JSON: they are kept in one row with what was asked and
 * answered, and this memory is shared with other tenants' executions.
 */
const BYTES_MAX = 512 * 1024;
/** And the most of them. */
const CALLS_MAX = 128;

/** The calls of tools in an answer, which come in pieces. */
export class GatheredCalls {
  readonly all: ToolCall[] = [];
  #bytes = 0;

  /** Whether there is more than is kept. */
  get tooMuch(): boolean {
    return this.all.length > CALLS_MAX || this.#bytes > BYTES_MAX;
  }

  begin(id: string): ToolCall {
    const call = { id: this.counted(id), name: '', arguments: '' };
    this.all.push(call);
    return call;
  }

  /** @throws TypeError where the pieces are no texts */
  add(call: ToolCall, { name = '', text = '' }: { name?: string | undefined; text?: string | undefined }): void {
    call.name += this.counted(name);
    call.arguments += this.counted(text);
  }

  /** A piece that is kept elsewhere. */
  counted(piece: string): string {
    if (typeof piece !== 'string') throw new TypeError('a piece of a call is no text');
    this.#bytes += utf8Length(JSON.stringify(piece)) - '""'.length;
    return piece;
  }
}
