// AWS::Lambda::Version
import { z } from 'zod';
import { ignored, resourceType } from './resource-type.ts';

const properties = z.strictObject({
  FunctionName: z.string(),
  CodeSha256: ignored('nobody changes the code between its upload and this'),
  Description: ignored('says nothing to the function'),
});

export const version = resourceType(properties, ({ FunctionName }, { functions }) => {
  const { lambdaFunction } = functions.find(FunctionName);
  const published = lambdaFunction.publishVersion();
  const arn = `${lambdaFunction.arn}:${published}`;
  return { ref: arn, attributes: { FunctionArn: arn, Version: published } };
});
