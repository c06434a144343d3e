// What a step of the doctor finds: one line each.
export const statuses = ['ok', 'warning', 'fails', 'not tried'] as const;

export interface Finding {
  readonly status: (typeof statuses)[number];
  readonly what: string;
  /** What to do about it. */
  readonly remedy?: string;
}

export const ok = (what: string): Finding => ({ status: 'ok', what });
export const warning = (what: string, remedy?: string): Finding => found('warning', what, remedy);
export const fails = (what: string, remedy?: string): Finding => found('fails', what, remedy);
export const notTried = (what: string, remedy?: string): Finding => found('not tried', what, remedy);

function found(status: Finding['status'], what: string, remedy: string | undefined): Finding {
  return { status, what, ...(remedy !== undefined && { remedy }) };
}
