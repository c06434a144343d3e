// Claim forms: what becomes a text, by which form, and which form a refusal names.
import { describe, expect, it } from 'vitest';
import { type ClaimForm, claimForms, NOTHING, NoText, textOf } from '../../../service/tokens/claim-forms.ts';

const none: ClaimForm[] = [];
const integers: ClaimForm[] = ['SafeInteger'];
const lists: ClaimForm[] = ['ListOfOne'];
const both = [...claimForms];

describe('the text of a claim', () => {
  it.each<[string, ClaimForm[], string]>([
    ['"Yellow"', none, 'Yellow'],
    ['""', none, ''],
    ['"7"', both, '7'],
    ['7', integers, '7'],
    ['0', integers, '0'],
    ['-0', integers, '0'],
    ['-5', integers, '-5'],
    ['1e3', integers, '1000'],
    ['7.0', integers, '7'],
    ['9007199254740991', integers, '9007199254740991'],
    ['["Yellow"]', lists, 'Yellow'],
    ['[""]', lists, ''],
    ['[7]', both, '7'],
  ])('%s with %j is %j', (json, allowed, text) => {
    expect(textOf(JSON.parse(json), allowed)).toBe(text);
  });

  it.each<[string, ClaimForm[], ClaimForm | undefined]>([
    ['7', none, 'SafeInteger'],
    ['7', lists, 'SafeInteger'],
    ['["Yellow"]', none, 'ListOfOne'],
    ['["Yellow"]', integers, 'ListOfOne'],
    ['[7]', none, 'ListOfOne'],
    ['[7]', integers, 'ListOfOne'],
    ['[7]', lists, 'SafeInteger'],
    ['7.5', both, undefined],
    ['9007199254740992', both, undefined],
    ['9007199254740993', both, undefined],
    ['-9007199254740993', both, undefined],
    ['1e400', both, undefined],
    ['true', both, undefined],
    ['{}', both, undefined],
    ['{"0":"Yellow","length":1}', both, undefined],
    ['[]', both, undefined],
    ['["a","b"]', both, undefined],
    ['["a",null]', both, undefined],
    ['[null]', both, undefined],
    ['[[1]]', both, undefined],
    ['[["a"]]', both, undefined],
    ['[[]]', both, undefined],
    ['[{}]', both, undefined],
    ['[true]', both, undefined],
    ['[9007199254740993]', both, undefined],
    ['[null]', none, undefined],
  ])('%s with %j is none; what would help: %s', (json, allowed, missing) => {
    const outcome = textOf(JSON.parse(json), allowed);
    expect(outcome).toBeInstanceOf(NoText);
    expect(outcome).toMatchObject({ missing });
    expect(outcome).not.toBe(NOTHING);
  });

  it.each([none, both])('null is nothing, with %j', (...allowed) => {
    expect(textOf(null, allowed)).toBe(NOTHING);
  });
});
