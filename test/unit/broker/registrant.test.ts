// Whose registration a request is about: the caller's own, or, of a registrar, another's.
import { describe, expect, it } from 'vitest';
import { Registrants } from '../../../service/broker/registrant.ts';
import type { BrokerRequest } from '../../../service/broker/request.ts';
import type { Caller } from '../../../service/caller.ts';

const application = { applicationName: 'AppService', applicationRoleId: 'AROAAPPSERVICE000001' } as Caller;
const registrar = { applicationName: 'Deployer', applicationRoleId: 'AROADEPLOYER00000001' } as Caller;
const document = { AccessRoleName: 'AppAccess' };
const named = { ApplicationName: 'AppService', ApplicationRoleId: 'AROAAPPSERVICE000001' };
const asked = { applicationName: 'AppService', applicationRoleId: 'AROAAPPSERVICE000001', byRegistrar: true };

const write = (body: unknown): BrokerRequest =>
  ({ operation: 'RegisterApplication', query: {}, body: JSON.stringify(body) }) as unknown as BrokerRequest;
const read = (applicationName?: string): BrokerRequest =>
  ({ query: applicationName === undefined ? {} : { applicationName } }) as unknown as BrokerRequest;
const refused = (code: string, message: RegExp | string = /./) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

describe('without registrars', () => {
  const registrants = new Registrants([]);

  it('an application writes its own registration, and may name itself', () => {
    expect(registrants.ofWrite(write(document), application)).toEqual({ registrant: application, document });
    expect(registrants.ofWrite(write({ ...document, ...named }), application)).toEqual({
      registrant: application,
      document,
    });
    expect(registrants.ofRemoval(read(), application)).toBe(application);
    expect(registrants.ofReading(read('AppService'), application)).toBe(application);
  });

  it.each([
    ['another name', { ApplicationName: 'Other' }],
    ['another role', { ApplicationRoleId: 'AROAOTHER00000000001' }],
    ['itself in another letter case', { ApplicationName: 'appservice' }],
    ['no text', { ApplicationName: null }],
  ])('nobody names %s', (_, other) => {
    expect(() => registrants.ofWrite(write({ ...document, ...other }), application)).toThrow(
      refused('NotARegistrar'),
    );
  });

  it('nobody reads or removes another’s', () => {
    expect(() => registrants.ofReading(read('Other'), application)).toThrow(refused('NotARegistrar'));
    expect(() => registrants.ofRemoval(read('Other'), application)).toThrow(refused('NotARegistrar'));
  });
});

describe('with registrars', () => {
  const registrants = new Registrants(['Deployer']);

  it('a registrar names the application and the id of its role', () => {
    expect(registrants.ofWrite(write({ ...document, ...named }), registrar)).toEqual({
      registrant: asked,
      document,
    });
    expect(registrants.ofRemoval(read('AppService'), registrar)).toMatchObject({ byRegistrar: true });
  });

  it.each([
    ['no name', { ApplicationRoleId: named.ApplicationRoleId }, /^ApplicationName: is required/],
    ['no role', { ApplicationName: 'AppService' }, /^ApplicationRoleId: is required/],
    [
      'an ARN',
      { ...named, ApplicationName: 'arn:aws:iam::111122223333:role/AppService' },
      /^ApplicationName/,
    ],
    ['the id of a user', { ...named, ApplicationRoleId: 'AIDAAPPSERVICE000001' }, /^ApplicationRoleId/],
    ['a list', { ...named, ApplicationName: ['AppService'] }, /^ApplicationName/],
  ])('a registrar is refused %s', (_, body, message) => {
    expect(() => registrants.ofWrite(write({ ...document, ...body }), registrar)).toThrow(
      refused('InvalidRequest', message),
    );
  });

  it('a registrar without a name reads and removes nothing', () => {
    expect(() => registrants.ofReading(read(), registrar)).toThrow(refused('InvalidRequest'));
    expect(() => registrants.ofRemoval(read(), registrar)).toThrow(refused('InvalidRequest'));
  });

  it('an application reads its own, and writes nothing, whatever its body is', () => {
    expect(registrants.ofReading(read(), application)).toBe(application);
    for (const body of [document, { ...document, ...named }, [], 'text', null])
      expect(() => registrants.ofWrite(write(body), application)).toThrow(refused('NotARegistrar'));
    expect(() => registrants.ofRemoval(read(), application)).toThrow(refused('NotARegistrar'));
  });

  it('a name in another letter case is no registrar', () => {
    const almost = { ...registrar, applicationName: 'deployer' } as Caller;
    expect(() => registrants.ofWrite(write({ ...document, ...named }), almost)).toThrow(
      refused('NotARegistrar'),
    );
  });
});
