// What a function like this one imports where nobody looks at its start: every package as a whole.
import * as logger from '@aws-lambda-powertools/logger';
import * as metrics from '@aws-lambda-powertools/metrics';
import * as tracer from '@aws-lambda-powertools/tracer';
import * as dynamoDb from '@aws-sdk/client-dynamodb';
import * as sts from '@aws-sdk/client-sts';
import * as documents from '@aws-sdk/lib-dynamodb';
import * as jose from 'jose';

export const handler = { documents, dynamoDb, jose, logger, metrics, sts, tracer };
