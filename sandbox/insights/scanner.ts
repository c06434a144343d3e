// The words of a Logs Insights query, one at a time.
import { malformed } from './malformed.ts';

export interface Token {
  readonly kind: 'name' | 'text' | 'number' | 'period' | 'symbol' | 'end';
  /** As it is meant: without the quotes of a text or a name. */
  readonly text: string;
  readonly at: number;
  readonly end: number;
}

/** White space, and comments up to the end of their line. */
const gap = /(?:\s+|#[^\n]*)*/y;
const words: readonly [Token['kind'], RegExp][] = [
  ['period', /(\d+(?:ms|mo|[smhdwqy]))\b/y],
  ['number', /(\d+(?:\.\d+)?)/y],
  ['name', /(@{0,2}[A-Za-z_]\w*(?:\.\w+)*)/y],
  ['name', /`([^`]+)`/y],
  ['text', /'((?:[^'\\]|\\[\s\S])*)'/y],
  ['text', /"((?:[^"\\]|\\[\s\S])*)"/y],
  ['symbol', /(!=|<=|>=|=~|[|,()[\]=<>+\-*/%^])/y],
];

export class Scanner {
  #at = 0;
  #next: Token | undefined;

  constructor(readonly query: string) {}

  /** Where what was taken last ends. */
  get end(): number {
    return this.#at;
  }

  /** What comes next; it stays there. @throws AwsError MalformedQueryException */
  get next(): Token {
    this.#next ??= this.#read();
    return this.#next;
  }

  take(): Token {
    const token = this.next;
    this.#at = token.end;
    this.#next = undefined;
    return token;
  }

  /** Takes this symbol, or this word in any case of letters, if it comes next. */
  accept(text: string): boolean {
    if (!this.isNext(text)) return false;
    this.take();
    return true;
  }

  isNext(text: string): boolean {
    const { kind, text: next } = this.next;
    return (kind === 'symbol' || kind === 'name') && next.toLowerCase() === text;
  }

  /** @throws AwsError MalformedQueryException */
  require(text: string): void {
    if (!this.accept(text)) throw this.unexpected(`${text} is missing before`);
  }

  requireKind(kind: Token['kind'], what: string): Token {
    if (this.next.kind !== kind) throw this.unexpected(`${what} is missing before`);
    return this.take();
  }

  /** A regular expression between slashes, if one comes next. @throws AwsError MalformedQueryException */
  acceptRegExp(): RegExp | undefined {
    if (!this.isNext('/')) return undefined;
    const { at } = this.next;
    const expression = /\/((?:[^/\\\n]|\\.)+)\//y;
    expression.lastIndex = at;
    const [whole, source = ''] = expression.exec(this.query) ?? [];
    if (whole === undefined) throw malformed('this regular expression does not end', at);
    this.#at = at + whole.length;
    this.#next = undefined;
    try {
      const [, flags = '', rest = ''] = /^(?:\(\?(i)\))?([\s\S]*)$/.exec(source) ?? [];
      // With `u` an escape that JavaScript has not is refused, as \A and [:alpha:], instead of read as letters.
      return new RegExp(rest, `${flags}u`);
    } catch {
      throw malformed('this is no regular expression that the sandbox can read', at, whole.length);
    }
  }

  unexpected(problem: string): Error {
    const { kind, text, at, end } = this.next;
    return malformed(`${problem} ${kind === 'end' ? 'the end of the query' : text}`, at, end - at);
  }

  #read(): Token {
    gap.lastIndex = this.#at;
    const at = this.#at + (gap.exec(this.query)?.[0].length ?? 0);
    if (at >= this.query.length) return { kind: 'end', text: '', at, end: at };
    for (const [kind, word] of words) {
      word.lastIndex = at;
      const [whole, text] = word.exec(this.query) ?? [];
      if (whole === undefined || text === undefined) continue;
      const isText = kind === 'text';
      // Of others AWS does not say what they stand for.
      const unknown = isText ? /\\[^\\'"/]/.exec(text.replace(/\\\\/g, '')) : null;
      if (unknown)
        throw malformed(`the sandbox does not understand ${unknown[0]} in a text`, at, whole.length);
      return { kind, text: isText ? text.replace(/\\([\s\S])/g, '$1') : text, at, end: at + whole.length };
    }
    throw malformed(`the sandbox does not understand ${this.query.slice(at, at + 20)}`, at);
  }
}
