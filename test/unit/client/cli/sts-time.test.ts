// What time it is for STS: read off the answer itself, whatever the operator's own clock says.
import { STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { stsTime } from '../../../../client/cli/sts-time.ts';

const identity = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <GetCallerIdentityResult>
    <Arn>arn:aws:iam::111122223333:user/operator</Arn>
    <UserId>AIDAOPERATOR</UserId>
    <Account>111122223333</Account>
  </GetCallerIdentityResult>
  <ResponseMetadata><RequestId>sts-1</RequestId></ResponseMetadata>
</GetCallerIdentityResponse>`;

/** STS, which dates its answers so, one after the other; the last is the date of all further ones. */
function stsDating(...dates: (string | undefined)[]): STSClient {
  return new STSClient({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
    requestHandler: {
      handle: async () => {
        const date = dates.length > 1 ? dates.shift() : dates[0];
        const headers = { 'content-type': 'text/xml', ...(date !== undefined && { date }) };
        return { response: { statusCode: 200, headers, body: new TextEncoder().encode(identity) } };
      },
    },
  });
}

describe('STS’s time', () => {
  it('is that of its answer, in whole seconds', async () => {
    const sts = stsDating('Mon, 01 Apr 2030 12:00:02 GMT');
    expect(await stsTime(sts)).toBe(Date.UTC(2030, 3, 1, 12, 0, 2));
  });

  it('is asked for anew each time', async () => {
    const sts = stsDating('Mon, 01 Apr 2030 12:00:02 GMT', 'Mon, 01 Apr 2030 12:00:03 GMT');
    expect([await stsTime(sts), await stsTime(sts)]).toEqual([
      Date.UTC(2030, 3, 1, 12, 0, 2),
      Date.UTC(2030, 3, 1, 12, 0, 3),
    ]);
  });

  it.each([undefined, '', 'soon'])('is not made up where the answer is dated %j', async (date) => {
    await expect(stsTime(stsDating(date))).rejects.toThrow('STS does not say what time it is');
  });

  it('is not taken from an answer before', async () => {
    const sts = stsDating('Mon, 01 Apr 2030 12:00:02 GMT', undefined);
    await stsTime(sts);
    await expect(stsTime(sts)).rejects.toThrow('STS does not say what time it is');
  });
});
