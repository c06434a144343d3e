// What cdk-nag finds in the portal's stack and stands, each with its reason.
import type { Acknowledgement } from '../acknowledgement.ts';

const forBrowsers =
  'Browsers come here before anybody has signed in, and STS for the keys; the function decides every request by its session.';

const everywhere: readonly Acknowledgement[] = [
  {
    path: 'State/Sessions',
    id: 'AwsSolutions-DDB3',
    reason: 'Its items end within hours; whoever finds them gone signs in again.',
  },
  {
    path: 'State/SignIns',
    id: 'AwsSolutions-DDB3',
    reason: 'Its items end within minutes; whoever finds them gone signs in again.',
  },
  ...['GET--', 'GET--{proxy+}', 'POST--{proxy+}'].map((route) => ({
    path: `Gateway/Api/${route}`,
    id: 'AwsSolutions-APIG4',
    reason: forBrowsers,
  })),
];

const whereNothingIsRetained: readonly Acknowledgement[] = [
  {
    path: 'State/Users',
    id: 'AwsSolutions-DDB3',
    reason:
      'The sandbox is deleted with all that it holds; every other environment has point-in-time recovery.',
  },
];

export function portalAcknowledgements({ isRetained }: { isRetained: boolean }): readonly Acknowledgement[] {
  return [...everywhere, ...(isRetained ? [] : whereNothingIsRetained)];
}
