// Random changes to a signed response: of its bytes, of its elements, and with pieces of another signed response.
import { DOMParser } from '@xmldom/xmldom';

/** From 0 to 1, exclusive. */
export type Random = () => number;

const texts = [
  'eve@example.com',
  'root',
  '',
  ' ',
  '<!---->',
  '&#x61;',
  '&amp;',
  '<x/>',
  ' Id="_1"',
  ' xmlns="urn:x"',
  'a'.repeat(300),
];
const below = (random: Random, bound: number): number => Math.floor(random() * bound);
const pick = <T>(random: Random, from: readonly T[]): T => from[below(random, from.length)] as T;

/** Changes the response, once to three times. */
export function mutated(xml: string, other: string, random: Random): string {
  let text = xml;
  for (let left = 1 + below(random, 3); left > 0; left -= 1) {
    const change = pick(random, [bytes, piece, elements, elements, elements, attribute]);
    text = change(text, other, random);
  }
  return text;
}

/** Deletes, replaces or inserts some characters. */
function bytes(xml: string, _: string, random: Random): string {
  const start = below(random, xml.length);
  const end = start + below(random, 4);
  return (
    xml.slice(0, start) +
    pick(random, ['', pick(random, texts), xml.charAt(below(random, xml.length))]) +
    xml.slice(end)
  );
}

/** Copies or moves a range of it, or of the other, elsewhere. */
function piece(xml: string, other: string, random: Random): string {
  const from = pick(random, [xml, other]);
  const start = below(random, from.length);
  const copied = from.slice(start, start + below(random, 800));
  const target = below(random, xml.length);
  return xml.slice(0, target) + copied + xml.slice(target + pick(random, [0, 0, copied.length]));
}

/** Removes, doubles, moves, renames, wraps or replaces an element, or exchanges it with one of the other response. */
function elements(xml: string, other: string, random: Random): string {
  const document = parsed(xml);
  const foreign = parsed(other);
  if (!document?.documentElement || !foreign?.documentElement) return bytes(xml, other, random);
  const all = elementsOf(document.documentElement);
  const element = pick(random, all);
  const target = pick(random, all);
  // By the same name, for an exchange that is no nonsense.
  const namesakes = elementsOf(foreign.documentElement).filter(({ tagName }) => tagName === element.tagName);
  const stranger = document.importNode(
    pick(random, namesakes.length > 0 ? namesakes : [foreign.documentElement]),
    true,
  );
  const changes: (() => void)[] = [
    () => element.parentNode?.removeChild(element),
    () => element.parentNode?.insertBefore(element.cloneNode(true), element),
    () => target.insertBefore(element.cloneNode(true), target.firstChild),
    () => target.appendChild(element),
    () => target.parentNode?.insertBefore(stranger, target),
    () => element.parentNode?.replaceChild(stranger, element),
    () => element.insertBefore(stranger, element.firstChild),
    () => {
      element.textContent = pick(random, texts);
    },
    () => {
      const wrapper = document.createElementNS(
        'urn:x',
        pick(random, ['x:Object', 'x:Assertion', 'x:Extensions']),
      );
      element.parentNode?.replaceChild(wrapper, element);
      wrapper.appendChild(element);
    },
  ];
  try {
    pick(random, changes)();
  } catch {
    // An element cannot be moved into itself.
    return bytes(xml, other, random);
  }
  return document.toString();
}

/** Changes, adds or removes an attribute. */
function attribute(xml: string, other: string, random: Random): string {
  const document = parsed(xml);
  if (!document?.documentElement) return bytes(xml, other, random);
  const element = pick(random, elementsOf(document.documentElement));
  const values = [...xml.matchAll(/="([^"]*)"/g)].map(([, value]) => value ?? '');
  const names = [
    'ID',
    'Id',
    'Name',
    'InResponseTo',
    'URI',
    'Algorithm',
    'Recipient',
    'NotOnOrAfter',
    'Version',
    'Format',
  ];
  if (random() < 0.3) element.removeAttribute(pick(random, names));
  else element.setAttribute(pick(random, names), pick(random, [...values, ...texts]));
  return document.toString();
}

function parsed(xml: string) {
  try {
    const quiet = () => undefined;
    return new DOMParser({
      errorHandler: { warning: quiet, error: quiet, fatalError: quiet },
    }).parseFromString(xml, 'text/xml');
  } catch {
    return undefined;
  }
}

function elementsOf(element: Element): Element[] {
  const children = [...Array(element.childNodes.length).keys()].map(
    (index) => element.childNodes[index] as Node,
  );
  return [element, ...children.filter((child): child is Element => child.nodeType === 1).flatMap(elementsOf)];
}
