// The way back: where in the portal a sign-in was begun, and goes on.
import { SignInError } from './sign-in-error.ts';

export interface WayBack {
  /** A path of the portal, with its query. */
  readonly path: string;
  /** Whether another site led there: then the user is asked before anything opens. */
  readonly isAsked: boolean;
}

const MAX_LENGTH = 2_000;
/** One slash, and then neither a second nor a backslash, which browsers read as one; and nothing that they leave out. */
const localPath = /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/;

/**
 * The way back, if it leads nowhere but into the portal.
 *
 * @throws SignInError WayBackNotAllowed
 */
export function localWayBack({ path, isAsked }: WayBack): WayBack {
  if (path.length > MAX_LENGTH || !localPath.test(path)) {
    throw new SignInError('WayBackNotAllowed', 'the way back is no path of the portal');
  }
  return { path, isAsked };
}
