// Logs Insights: what it says of a query that it cannot read, or that asks for what is not there.
import { describe, expect, it } from 'vitest';
import { begin, group, seconds, useLogs } from './fixtures/logs-account.ts';

useLogs();

describe('a query that cannot be read', () => {
  it.each([
    ['frobnicate x', 'the sandbox does not have the command frobnicate', 0],
    ['fields a | unmask b', 'the sandbox does not have the command unmask', 11],
    ['stats stddev(x)', 'the sandbox does not have the aggregate stddev', 6],
    ['filter isIpv4InSubnet(a, "10.0.0.0/8")', 'the sandbox does not have the function isipv4insubnet', 7],
    ["filter a = 'x' b", '| is missing before b', 15],
    ["filter a = 'x", "the sandbox does not understand 'x", 11],
    ['filter a = ', 'a field or a value is missing before the end', 11],
    ['filter a like b', 'a text or a /regular expression/ is missing before b', 14],
    ['filter a like /(/', 'this is no regular expression', 14],
    ['filter a in b', '[ is missing before b', 12],
    ['limit x', 'a number is missing before x', 6],
    ['fields @timestamp | ', 'does not have the command the end of the query', 20],
    ['', 'does not have the command the end of the query', 0],
    ['filter constructor(a)', 'does not have the function constructor', 7],
    ['stats count(*) by bin(5)', 'a period, as 5m, is missing before 5', 22],
    ['filter ispresent(a, b)', 'ispresent takes another number of arguments', 7],
    ['parse @message "a=* b=*" as a', 'not as many fields as there are *', 15],
    ['stats count(*) by bin(1w)', 'the sandbox does not have the period 1w', 22],
    ['stats count(*) by bin(0m)', 'the sandbox does not have the period 0m', 22],
    ['stats count(*) by code | sort bin(5m)', 'the field @timestamp is none that stats leaves', 30],
    ['stats pct(a, 200)', '200 is no percentage', 13],
    ['stats sum(a) as x, count(*) as x', 'two columns are called x', 6],
    ['fields a as x, b as x', 'two columns are called x', 7],
    ['limit 0', 'limit is a whole number from 1 to 10000, and not 0', 6],
    ['limit 1.5', 'and not 1.5', 6],
    ['limit 10001', 'and not 10001', 6],
    ["filter code = 'A' or 'B'", 'B is no condition', 21],
    ["filter ('A')", 'A is no condition', 8],
    ['filter 1', '1 is no condition', 7],
    ['filter code = null', 'the sandbox does not have the value null', 14],
    ['filter cacheHit = TRUE', 'the sandbox does not have the value TRUE', 18],
    ['filter a like /\\A/', 'this is no regular expression that the sandbox can read', 14],
    ['filter a like /[[:alpha:]]/', 'this is no regular expression that the sandbox can read', 14],
    ["filter a = 'b\\n'", 'the sandbox does not understand \\n in a text', 11],
    [`filter ${'('.repeat(51)}a = 1`, 'more than 50 levels are nested', 58],
    [`filter ${'not '.repeat(2_000)}a = 1`, 'more than 50 levels are nested', 211],
    [`filter a = ${'-'.repeat(5_000)}1`, 'more than 50 levels are nested', 62],
  ])('%j is refused, with what and where', async (queryString, message, at) => {
    await expect(begin({ queryString })).rejects.toMatchObject({
      name: 'MalformedQueryException',
      message: expect.stringContaining(message),
      queryCompileError: { location: { startCharOffset: at } },
    });
  });

  it.each([
    [{ logGroupName: '/nowhere' }, 'ResourceNotFoundException'],
    [{ logGroupNames: [group] }, 'InvalidParameterException'],
    [{ logGroupName: undefined }, 'InvalidParameterException'],
    [{ startTime: seconds + 1_000 }, 'InvalidParameterException'],
    [{ queryLanguage: 'SQL' as const }, 'InvalidParameterException'],
    [{ queryString: `fields ${'a'.repeat(10_000)}` }, 'InvalidParameterException'],
  ])('nor asked with %j', async (input, name) => {
    await expect(begin(input)).rejects.toMatchObject({ name });
  });
});
